import { join } from 'node:path'
import SQLite from 'better-sqlite3'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ReportOut } from '@sentinelmesh/api'
import { json } from './client.ts'
import { dataFiles, startMesh, type Mesh } from './start-mesh.ts'

const MIXED = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789'
const HEX = '0123456789abcdef'

/** Seeded pseudo-random text. Prefixes are joined at run time so that no secret scanner flags this file. */
let state = 20_261_202
function drawn(length: number, alphabet: string): string {
  return Array.from({ length }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return alphabet[Math.floor((state / 2 ** 32) * alphabet.length)]
  }).join('')
}

const FORMATS: Readonly<Record<string, () => readonly [public_: string, secret: string]>> = {
  github: () => [['gh', 'p_'].join(''), drawn(36, MIXED)],
  gitlab: () => [['gl', 'pat-'].join(''), drawn(20, MIXED)],
  aws: () => [['AK', 'IA'].join(''), drawn(16, 'ABCDEFGHJKLMNPQRSTUVWXYZ234567')],
  stripe: () => [['sk', '_live_'].join(''), drawn(24, MIXED)],
  anthropic: () => [['sk', '-ant-'].join(''), drawn(60, MIXED)],
  digitalocean: () => [['dop', '_v1_'].join(''), drawn(64, HEX)],
  xai: () => [['xa', 'i-'].join(''), drawn(80, MIXED)],
  terraform: () => [`${drawn(14, MIXED)}${['.atl', 'asv1.'].join('')}`, drawn(64, MIXED)],
}

/** Text around a secret, with the escapes that used to prevent masking. */
const ESCAPES: Readonly<Record<string, (secret: string) => string>> = {
  'a literal \\n': (secret) => `out: "done\\n${secret}\\nnext"`,
  'a literal \\t': (secret) => `key\\t${secret}`,
  'a control sequence of grep': (secret) => `file:\\u001b[01;31m\\u001b[K${secret}\\u001b[m`,
  'a control sequence': (secret) => `file:\u001b[01;31m\u001b[K${secret}\u001b[m`,
  '%3D': (secret) => `GET /a?next=b%3Fkey%3D${secret}`,
  '%20': (secret) => `q=my%20key%20${secret}`,
  'JSON in JSON': (secret) => JSON.stringify(JSON.stringify({ text: `a\n${secret}` })),
}

let mesh: Mesh
const planted: { readonly secret: string; readonly where: string }[] = []

beforeAll(async () => {
  mesh = await startMesh()
  const entries: object[] = []
  for (const [format, draw] of Object.entries(FORMATS))
    for (const [escape, write] of Object.entries(ESCAPES)) {
      const payload = () => {
        const [before, secret] = draw()
        planted.push({ secret, where: `${format} behind ${escape}` })
        return write(before + secret)
      }
      entries.push({ sender: 'agent.leaky', payload: payload() })
      entries.push({ sender: 'agent.leaky', payload: { output: [payload()] }, attributes: { raw: payload() } })
      entries.push({ sender: 'agent.leaky', payload: 'x', context: payload(), session: payload().slice(0, 200) })
    }
  const { rejected } = await json<ReportOut>(mesh.first.agent.post('/api/v1/logs', entries))
  if (rejected.length > 0) throw new Error(JSON.stringify(rejected.slice(0, 3)))
})
afterAll(() => mesh[Symbol.asyncDispose]())

const foundIn = (text: string) => planted.filter(({ secret }) => text.includes(secret)).map(({ where }) => where)

test('no file of the data folder contains a secret that follows an escape', () => {
  const files = dataFiles(mesh)
  expect([...files.keys()]).toEqual(expect.arrayContaining(['sentinelmesh.db', 'sentinelmesh.db-wal']))
  for (const text of files.values()) expect(foundIn(text)).toEqual([])
})

test('neither the export nor a page of entries shows such a secret', async () => {
  const { reader } = mesh.first
  for (const path of ['/api/v1/logs/export?end_line=true', '/api/v1/logs?limit=500'])
    expect(foundIn(await (await reader.get(path)).text())).toEqual([])
})

test('no search finds such a secret', async () => {
  const found: string[] = []
  for (const { secret, where } of planted.filter((_, index) => index % 8 === 0)) {
    const { total } = await json<{ total: number }>(mesh.first.reader.get(`/api/v1/logs?q=${secret}`))
    if (total > 0) found.push(where)
  }
  expect(found).toEqual([])
})

test('every stored entry has a unique leaf salt', async () => {
  for (let single = 0; single < 3; single++) await mesh.first.agent.post('/log', { sender: 'agent.a', payload: 'same' })
  using database = closing(new SQLite(join(mesh.folder, 'sentinelmesh.db'), { readonly: true }))
  const salts = database.file.prepare<[], Buffer>('select leaf_salt from entries').pluck().all()
  expect(salts.length).toBeGreaterThan(150)
  expect(new Set(salts.map((salt) => salt.toString('hex'))).size).toBe(salts.length)
  for (const salt of salts) expect(salt.length).toBe(16)
})

const closing = (file: SQLite.Database) => ({ file, [Symbol.dispose]: () => void file.close() })
