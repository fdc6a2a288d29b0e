import { afterAll, beforeAll, expect, test } from 'vitest'
import type { OrgId } from '@sentinelmesh/api'
import { startMesh, type Mesh } from './start-mesh.ts'

let mesh: Mesh
beforeAll(async () => (mesh = await startMesh()))
afterAll(() => mesh[Symbol.asyncDispose]())

test('scopes beyond the limit do not count towards a known scope', async () => {
  const { sources, orgBySlug } = mesh.running.deps
  const org = (await orgBySlug(mesh.first.slug))?.id as OrgId
  const count = (scopes: readonly string[]) =>
    sources.count(
      org,
      'otlp',
      scopes.map((scope) => ({ source: null, scope, records: 1, entries: 0, refused: 0 })),
    )
  const records = async () => {
    const { unknown } = await mesh.first.reader.trpc.sources.list.query()
    return new Map(unknown.map(({ scope, records }) => [scope, records]))
  }
  count(['known'])
  expect((await records()).get('known')).toBe(1)
  count([...Array.from({ length: 400 }, (_, n) => `scope ${n}`), 'known', 'one more', 'another'])
  const counts = await records()
  expect([counts.size, counts.get('known')]).toEqual([201, 1])
  expect([...counts.values()].reduce((sum, one) => sum + one)).toBe(404)
})
