import type { OrgId } from '@sentinelmesh/api'
import type { Role } from '@sentinelmesh/api'
import type { Kysely } from 'kysely'
import type { Schema } from '../schema.ts'
import type { OrgRow } from './org-store.ts'

export interface MembershipRow {
  readonly org: OrgRow
  readonly role: Role
}

export const membershipStore = (db: Kysely<Schema>) => ({
  /** Throws a unique violation if the user is already a member. */
  async add(org: OrgId, member: { readonly user: number; readonly role: Role; readonly at: number }): Promise<void> {
    await db
      .insertInto('memberships')
      .values({ org, user: member.user, role: member.role, created_at: member.at })
      .execute()
  },

  async role(org: OrgId, user: number): Promise<Role | undefined> {
    const row = await db
      .selectFrom('memberships')
      .select('role')
      .where('org', '=', org)
      .where('user', '=', user)
      .executeTakeFirst()
    return row?.role as Role | undefined
  },

  /** For authentication: the user's orgs, oldest membership first. */
  async ofUser(user: number): Promise<MembershipRow[]> {
    const rows = await db
      .selectFrom('memberships')
      .innerJoin('orgs', 'orgs.id', 'memberships.org')
      .select(['orgs.id', 'orgs.uid', 'orgs.name', 'orgs.slug', 'orgs.demo', 'memberships.role'])
      .where('memberships.user', '=', user)
      .orderBy('memberships.created_at')
      .orderBy('orgs.id')
      .execute()
    return rows.map(({ role, id, demo, ...org }) => ({
      org: { ...org, id: id as OrgId, demo: demo === 1 },
      role: role as Role,
    }))
  },
})
