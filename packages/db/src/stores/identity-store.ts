import type { Kysely } from 'kysely'
import type { Schema } from '../schema.ts'

/** Lookups for authentication. Each is one statement, because it runs on every request. */
export const identityStore = (db: Kysely<Schema>) => ({
  /** The key with this SHA-256, unless revoked, with its org. */
  ofKey: (hash: Uint8Array) =>
    db
      .selectFrom('api_keys')
      .innerJoin('orgs', 'orgs.id', 'api_keys.org')
      .select([
        'api_keys.id as keyId',
        'api_keys.scopes',
        'api_keys.sender_prefix as senderPrefix',
        'api_keys.keep_unknown as keepUnknown',
        'api_keys.entries_per_second as entriesPerSecond',
        'orgs.id as orgId',
        'orgs.uid as orgUid',
        'orgs.name as orgName',
        'orgs.slug as orgSlug',
      ])
      .where('api_keys.hash', '=', hash)
      .where('api_keys.revoked_at', 'is', null)
      .executeTakeFirst(),

  /** A row for each org that the user belongs to, oldest membership first. */
  ofUser: (username: string) => memberships(db).where('users.username', '=', username).execute(),

  /** As `ofUser`, for the browser with this token, unless its sign-in has ended. */
  ofSignIn: (hash: Uint8Array, now: number) =>
    memberships(db)
      .innerJoin('sign_ins', 'sign_ins.user', 'users.id')
      .select(['sign_ins.last_seen_at as lastSeenAt'])
      .where('sign_ins.hash', '=', hash)
      .where('sign_ins.expires_at', '>', now)
      .execute(),
})

const memberships = (db: Kysely<Schema>) =>
  db
    .selectFrom('users')
    .innerJoin('memberships', 'memberships.user', 'users.id')
    .innerJoin('orgs', 'orgs.id', 'memberships.org')
    .select([
      'users.id as userId',
      'users.username',
      'memberships.role',
      'orgs.id as orgId',
      'orgs.uid as orgUid',
      'orgs.name as orgName',
      'orgs.slug as orgSlug',
    ])
    .orderBy('memberships.created_at')
    .orderBy('orgs.id')
