import type { Kysely } from 'kysely'
import type { ChainHead } from '../integrity.ts'
import type { Schema } from '../schema.ts'

/** Reads the chains. Only the writer adds links, in the transaction of their entries. */
export const chainStore = (db: Kysely<Schema>) => ({
  /** The head of each org's chain, except for orgs that never had an entry. */
  async heads(): Promise<readonly (ChainHead & { readonly slug: string; readonly name: string })[]> {
    const rows = await db
      .selectFrom('chain')
      .innerJoin('orgs', 'orgs.id', 'chain.org')
      .select(['orgs.uid', 'orgs.slug', 'orgs.name', 'chain.to_seq', 'chain.head'])
      .where('chain.to_seq', '=', (eb) =>
        eb
          .selectFrom('chain as other')
          .select((max) => max.fn.max('other.to_seq').as('to_seq'))
          .whereRef('other.org', '=', 'chain.org'),
      )
      .orderBy('chain.org')
      .execute()
    return rows.map(({ uid, slug, name, to_seq, head }) => ({
      org: uid,
      slug,
      name,
      seq: to_seq,
      head: Buffer.from(head).toString('hex'),
    }))
  },
})
