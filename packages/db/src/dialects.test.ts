import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

/** What only SQLite understands, as it would stand in SQL or a builder of it. */
const SQLITE_ALONE =
  /\b(json_each|json_group_\w+|json_extract|rowid|pragma|sqlite_\w+|strftime|ifnull|iif|group_concat)\b/i
const COMMENTS = /\/\*[\s\S]*?\*\/|\/\/.*$/gm

/** Ports, stores and suites: what a second engine has to do with as well. */
const files = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' }).filter(
  (name) => name.endsWith('.ts') && !name.endsWith('.test.ts') && !name.startsWith('dialect'),
)

test('SQL that only SQLite understands stands in its folder alone', () => {
  expect(files).toContain(join('stores', 'rule-store.ts'))
  const found = files.filter((name) =>
    SQLITE_ALONE.test(readFileSync(join(import.meta.dirname, name), 'utf8').replaceAll(COMMENTS, '')),
  )
  expect(found).toEqual([])
})
