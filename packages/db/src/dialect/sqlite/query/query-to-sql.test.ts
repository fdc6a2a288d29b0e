import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { compile, parseStrict, type Ast, type Queryable } from '@sentinelmesh/query'
import { linearRegex } from '@sentinelmesh/query/regex'
import { clauseArbitrary, entries, NOW, queries } from '@sentinelmesh/query/testing'
import { runsOf } from '@sentinelmesh/test-inputs'
import Sqlite from 'better-sqlite3'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { statements } from '../connection/statements.ts'
import { FLAGS } from '../../../schema.ts'
import { MIGRATIONS } from '../migrations/index.ts'
import { runSteps } from '../migrations/migration.ts'
import { registerQueryFunctions } from './query-functions.ts'
import { queryToSql } from './query-to-sql.ts'

const ORG = 7
const LOGS = 60

let folder: string
let db: Sqlite.Database

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'query-to-sql-'))
  db = new Sqlite(join(folder, 'log.db'))
  runSteps(db, MIGRATIONS.flat())
  registerQueryFunctions(db, { spend() {} })
})
afterAll(() => {
  db.close()
  rmSync(folder, { recursive: true, force: true })
})

/** The database requires unique ids; generated ids may repeat. */
function store(log: readonly Queryable[]): void {
  const insert = (table: 'entries' | 'payloads' | 'matches', values: Record<string, unknown>) => {
    const { sql, parameters } = statements
      .insertInto(table)
      .values(values as never)
      .compile()
    db.prepare(sql).run(...(parameters as unknown[]))
  }
  db.transaction(() => {
    for (const table of ['entries', 'payloads', 'matches'] as const) db.exec(statements.deleteFrom(table).compile().sql)
    for (const [index, entry] of log.entries()) {
      const pos = index + 1
      const { id, matches, payload, attributes, unjudged, undecided, ...plain } = entry
      const bytes = Buffer.from(payload.text, 'utf8')
      insert('entries', {
        ...plain,
        pos,
        org: ORG,
        seq: pos,
        uid: id,
        kind_assumed: 0,
        content_hash: Buffer.alloc(32, pos),
        leaf_salt: Buffer.alloc(16),
        // In combination with another flag.
        flags: 1 | (unjudged ? FLAGS.unjudged : 0),
        undecided: undecided.length > 0 ? JSON.stringify(undecided) : null,
      })
      insert('payloads', { pos, type: payload.type, size: bytes.length, attributes, bytes })
      for (const [ordinal, { ruleId, title, level }] of matches.entries()) {
        const rest = { rule_hash: 'h', points: 1, family: 'f', contributes: 1, places: '[]' }
        insert('matches', { pos, ordinal, org: ORG, seq: pos, rule_id: ruleId, title, level, ...rest })
      }
    }
  })()
}

function select(ast: Ast, order: 'at' | 'seq' = 'seq'): { sql: string; parameters: readonly unknown[] } {
  return statements
    .selectFrom('entries')
    .select('uid')
    .where('entries.org', '=', ORG)
    .where(queryToSql(ast, { now: NOW }))
    .orderBy(order)
    .compile()
}

function bySql(ast: Ast): string[] {
  const { sql, parameters } = select(ast)
  return db
    .prepare(sql)
    .pluck()
    .all(...parameters) as string[]
}

function inMemory(ast: Ast, log: readonly Queryable[]): string[] {
  return log.filter(compile(ast, { now: NOW, regex: linearRegex })).map(({ id }) => id)
}

describe('a search in SQL', () => {
  const logs = fc.uniqueArray(entries, { minLength: LOGS, maxLength: LOGS, selector: ({ id }) => id })

  test('finds the same entries as in memory, for any query', () => {
    for (const log of fc.sample(logs, { numRuns: 10, seed: 1 })) {
      store(log)
      fc.assert(
        fc.property(queries, (ast) => {
          expect(bySql(ast)).toEqual(inMemory(ast, log))
        }),
        { numRuns: runsOf('db', { usual: 60, full: 200 }) },
      )
    }
  })

  test('agrees with memory on every operator and on its negation', () => {
    const seen = new Map<string, number>()
    for (const [seed, log] of fc.sample(logs, { numRuns: 8, seed: 2 }).entries()) {
      store(log)
      fc.assert(
        fc.property(clauseArbitrary, (clause) => {
          const not: Ast = { type: 'not', of: clause, start: 0, end: 0 }
          const found = inMemory(clause, log)
          expect(bySql(clause)).toEqual(found)
          expect(bySql(not)).toEqual(inMemory(not, log))
          if (found.length === 0 || found.length === log.length) return
          const key = operatorOf(clause)
          seen.set(key, (seen.get(key) ?? 0) + 1)
        }),
        { numRuns: runsOf('db', { usual: 300, full: 1_000 }), seed },
      )
    }
    // Agreeing on empty results proves nothing: each operator must match only a part of some log.
    expect(OPERATORS.filter((operator) => !seen.has(operator))).toEqual([])
  })

  test('accepts the deepest and the longest possible query', () => {
    store(fc.sample(entries, { numRuns: 1, seed: 4 }))
    for (const text of [
      `${'-('.repeat(16)}a${')'.repeat(16)}`,
      `${'(a OR '.repeat(31)}b${')'.repeat(31)}`,
      'a '.repeat(200),
      Array(150).fill('a').join(' OR '),
    ])
      expect(() => bySql(parseStrict(text))).not.toThrow()
  })

  test('uses an index if one can answer the query', () => {
    store([])
    const plan = (text: string) => {
      const { sql, parameters } = select(parseStrict(text), 'at')
      const rows = db.prepare(`explain query plan ${sql}`).all(...parameters) as { detail: string }[]
      return rows.map(({ detail }) => detail).join('\n')
    }
    expect(plan('session:s-1')).toContain('entries_by_session (org=? AND session=?)')
    expect(plan('sender:x*')).toContain('entries_by_sender (org=? AND sender>? AND sender<?)')
    expect(plan('id:x')).toContain('entries_by_uid (uid=?)')
    expect(plan('rule:x')).toContain('matches_by_rule (org=? AND rule_id=?')
    expect(plan('risk>=80')).toContain('entries_by_risk (org=? AND risk>?)')
    expect(plan('at:-15m')).toContain('entries_by_time (org=? AND at>?)')
    expect(plan('sender:x -kind:prompt risk>5')).not.toMatch(/payloads|matches/)
  })
})

const each = (subjects: string, manners: string) =>
  subjects.split(' ').flatMap((subject) => manners.split(' ').map((manner) => `${subject} ${manner}`))

const OPERATORS = [
  each('words', 'exact pattern'),
  each('sender receiver session context payload rule title source_id reported_by', 'exact pattern regex'),
  each('kind surface unjudged undecided', 'compare pattern'),
  each('band level verdict would', 'compare'),
  each('number time', 'compare between'),
  each('attribute', 'exact pattern regex compare between'),
  each('has', 'receiver session context source_id attributes rule verdict would'),
].flat()

function operatorOf(clause: Exclude<Ast, { type: 'and' | 'or' | 'not' }>): string {
  switch (clause.type) {
    case 'words':
      return `words ${clause.value.type}`
    case 'text':
      return `${clause.field} ${clause.value.type}`
    case 'enum':
      return `${clause.field} ${clause.test.type}`
    case 'has':
      return `has ${clause.field}`
    default:
      return `${clause.type} ${clause.test.type}`
  }
}
