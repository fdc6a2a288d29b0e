import type { OrgId } from '@sentinelmesh/api'
import type { Kysely } from 'kysely'
import type { Schema } from '../schema.ts'

export interface OrgRow {
  readonly id: OrgId
  readonly uid: string
  /** Exactly as registered. */
  readonly name: string
  /** Derived from the name, for URLs. */
  readonly slug: string
  readonly demo: boolean
}

export interface NewOrg {
  readonly uid: string
  readonly name: string
  /** 32 random bytes. */
  readonly hmacKey: Uint8Array
  readonly demo?: boolean
  /** Microseconds. */
  readonly at: number
}

const COLUMNS = ['id', 'uid', 'name', 'slug', 'demo'] as const

/** The lookups are for authentication: finding an org does not authorize access to it. */
export const orgStore = (db: Kysely<Schema>) => ({
  /** Undefined if the name is taken. Slugs that collide are numbered: `acme`, `acme-2`, `acme-3`. */
  async create({ uid, name, hmacKey, demo = false, at }: NewOrg): Promise<OrgRow | undefined> {
    const base = slugOf(name)
    const taken = await db
      .selectFrom('orgs')
      .select('slug')
      .where((eb) => eb.or([eb('slug', '=', base), eb('slug', 'like', `${base}-%`)]))
      .execute()
    const slugs = new Set(taken.map(({ slug }) => slug))
    let slug = base
    for (let number = 2; slugs.has(slug); number++) slug = `${base}-${number}`
    const row = await db
      .insertInto('orgs')
      .values({ uid, name, slug, hmac_key: hmacKey, demo: demo ? 1 : 0, created_at: at })
      .onConflict((conflict) => conflict.column('name').doNothing())
      .returning(COLUMNS)
      .executeTakeFirst()
    return row === undefined ? undefined : toOrg(row)
  },

  byId: (id: number) => find(db, 'id', id),
  byUid: (uid: string) => find(db, 'uid', uid),
  bySlug: (slug: string) => find(db, 'slug', slug),
  byName: (name: string) => find(db, 'name', name),

  async list(): Promise<OrgRow[]> {
    const rows = await db.selectFrom('orgs').select(COLUMNS).orderBy('id').execute()
    return rows.map(toOrg)
  },

  async hmacKey(org: OrgId): Promise<Uint8Array | undefined> {
    const row = await db.selectFrom('orgs').select('hmac_key').where('id', '=', org).executeTakeFirst()
    return row?.hmac_key
  },
})

async function find(
  db: Kysely<Schema>,
  column: 'id' | 'uid' | 'slug' | 'name',
  value: string | number,
): Promise<OrgRow | undefined> {
  const row = await db.selectFrom('orgs').select(COLUMNS).where(column, '=', value).executeTakeFirst()
  return row === undefined ? undefined : toOrg(row)
}

function toOrg(row: { id: number; uid: string; name: string; slug: string; demo: number }): OrgRow {
  return { ...row, id: row.id as OrgId, demo: row.demo === 1 }
}

/** Lower-case ASCII letters, digits, and single hyphens. If nothing of the name remains, the slug is `org`. */
function slugOf(name: string): string {
  const slug = name
    .normalize('NFKD')
    .replace(/\p{Mark}+/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, SLUG_CHARS)
    .replace(/^-+|-+$/g, '')
  return slug === '' ? 'org' : slug
}

const SLUG_CHARS = 48
