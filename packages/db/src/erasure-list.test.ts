import { appendFile, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { LogId } from '@sentinelmesh/api'
import { erasureList, type ErasureList } from './erasure-list.ts'
import { temporaryFolder } from './testing/temporary-store.ts'

const erasure = (id: number) => ({
  org: 'uid',
  erasure: id,
  at: 1_000 + id,
  ranges: [{ from: 1, to: 4, fromId: 'a' as LogId, toId: 'd' as LogId }],
})

async function all(list: ErasureList) {
  const lines = []
  for await (const line of list.read()) lines.push(line)
  return lines
}

test('appended erasures are read in order by any instance, and only the owner can read the file', async () => {
  await using folder = await temporaryFolder()
  const file = join(folder.path, 'erasures.ndjson')
  expect(await all(erasureList(file))).toEqual([])
  await erasureList(file).append(erasure(1))
  await erasureList(file).append(erasure(2))
  expect(await all(erasureList(file))).toEqual([erasure(1), erasure(2)])
  expect((await stat(file)).mode & 0o777).toBe(0o600)
})

test('a line truncated by a crash is skipped, and the next one starts on a new line', async () => {
  await using folder = await temporaryFolder()
  const file = join(folder.path, 'erasures.ndjson')
  const list = erasureList(file)
  await list.append(erasure(1))
  await appendFile(file, (await readFile(file, 'utf8')).slice(0, 30))
  expect(await all(list)).toEqual([erasure(1)])
  await list.append(erasure(2))
  expect(await all(list)).toEqual([erasure(1), erasure(2)])
})
