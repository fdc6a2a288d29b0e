import { afterAll, beforeAll, expect, test } from 'vitest'
import type { OrgId } from '@sentinelmesh/api'
import { json } from './client.ts'
import { startMesh, type Mesh } from './start-mesh.ts'
import { until } from './until.ts'

let mesh: Mesh
beforeAll(async () => (mesh = await startMesh()))
afterAll(() => mesh[Symbol.asyncDispose]())

const REQUEST_ENTRIES = 500

async function report(from: number, count: number): Promise<void> {
  for (let at = from; at < from + count; at += REQUEST_ENTRIES) {
    const entries = Array.from({ length: Math.min(REQUEST_ENTRIES, from + count - at) }, (_, n) => ({
      sender: 'agent.talker',
      payload: `number ${at + n}!`,
    }))
    expect((await mesh.first.agent.post('/api/v1/logs', entries)).status).toBe(200)
  }
}

async function progress(): Promise<{ readonly indexed: number; readonly behind: number }> {
  const { textIndex, read } = mesh.running.deps.database
  const org = await read.selectFrom('orgs').select('id').where('name', '=', mesh.first.name).executeTakeFirstOrThrow()
  return textIndex.progress(org.id as OrgId)
}

async function found(query: string): Promise<number> {
  const path = `/api/v1/logs?q=${encodeURIComponent(query)}`
  return (await json<{ items: unknown[] }>(mesh.first.reader.get(path))).items.length
}

test('entries are indexed in the background, even after a restart, and a search finds them before that', async () => {
  await report(0, 2_500)
  expect(await found('"number 2499!"')).toBe(1)
  await until(async () => (await progress()).behind === 0, 'the full-text index has no backlog')
  const before = await progress()
  expect(before.indexed).toBeGreaterThan(0)

  await mesh.restart()
  expect(await progress()).toEqual(before)
  await report(2_500, 2_500)
  await until(async () => (await progress()).indexed > before.indexed, 'the index continues after the restart')
  expect(await found('"number 7!"')).toBe(1)
  expect(await found('"number 4999!"')).toBe(1)
  expect(await found('"number 5000!"')).toBe(0)
  expect(mesh.faults()).toEqual([])
})

test('readiness and the metrics report the backlog of the full-text index', async () => {
  await until(() => mesh.running.deps.consumers.text_index?.lag().entries === 0, 'the index has no backlog')
  const ready = await json<Record<string, unknown>>(mesh.nobody.get('/readyz'))
  expect(ready).toMatchObject({ status: 'ready', text_index_behind_entries: 0 })
  const metrics = await (await mesh.nobody.get('/metrics')).text()
  expect(metrics).toContain('\nsentinelmesh_text_index_behind_entries 0\n')
})
