import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ReportOut } from '@sentinelmesh/api'
import { json } from './client.ts'
import { dataFiles, startMesh, type Mesh } from './start-mesh.ts'

const UPPER = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789'
const MIXED = `${UPPER}abcdefghijkmnpqrstuvwxyz`
const HEX = '0123456789abcdef'

/** Seeded pseudo-random text, so that no secret scanner flags this file and every planted secret is unique. */
let state = 20_261_124
function drawn(length: number, alphabet: string): string {
  return Array.from({ length }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return alphabet[Math.floor((state / 2 ** 32) * alphabet.length)]
  }).join('')
}

interface Format {
  readonly name: string
  /** Adds the text around the secret. */
  readonly wrap: (secret: string) => string
  readonly draw: () => string
}
const format = (name: string, prefix: readonly string[], length: number, alphabet = MIXED): Format => ({
  name,
  wrap: (secret) => prefix.join('') + secret,
  draw: () => drawn(length, alphabet),
})

const OUR_OWN = format('our own key', ['sm', 'k_'], 49)
const GITHUB = format('GitHub token', ['gh', 'p_'], 36)
/** Formats of keys and tokens as people paste them. */
const FORMATS: readonly Format[] = [
  OUR_OWN,
  format('AWS access key', ['AK', 'IA'], 16, UPPER),
  { name: 'AWS secret key', wrap: (secret) => `aws_secret_access_key = ${secret}`, draw: () => drawn(40, MIXED) },
  GITHUB,
  format('GitHub fine-grained token', ['github', '_pat_'], 60),
  format('GitLab token', ['gl', 'pat-'], 20),
  format('Slack token', ['xo', 'xb-', '735926401857-'], 24),
  format('Stripe key', ['sk', '_live_'], 24),
  format('OpenAI key', ['sk', '-proj-'], 48),
  format('Anthropic key', ['sk', '-ant-', 'api03-'], 80),
  format('Google API key', ['AI', 'za'], 35),
  format('npm token', ['np', 'm_'], 36),
  format('PyPI token', ['py', 'pi-'], 80),
  format('SendGrid key', ['S', 'G.', 'kq7Zp2mWx9RtVb4LcNdYsH.'], 43),
  format('Hugging Face token', ['h', 'f_'], 34),
  {
    name: 'private key',
    wrap: (secret) => `${'-----BEGIN '}RSA PRIVATE KEY-----\n${secret}\n-----END RSA PRIVATE KEY-----`,
    draw: () => drawn(64, MIXED),
  },
  {
    name: 'password in a URL',
    wrap: (secret) => `postgres://app:${secret}@db.internal:5432/x`,
    draw: () => drawn(20, MIXED),
  },
  { name: 'authorization header', wrap: (secret) => `Authorization: Bearer ${secret}`, draw: () => drawn(40, HEX) },
  { name: 'assigned password', wrap: (secret) => `password=${secret}`, draw: () => `${drawn(18, MIXED)}7aZ` },
  {
    name: 'JWT',
    wrap: (secret) => `${['ey', 'J'].join('')}hbGciOiJIUzI1NiJ9.${['ey', 'J'].join('')}zdWIiOiIxIn0.${secret}`,
    draw: () => drawn(43, MIXED),
  },
]

const escaped = (text: string) =>
  [...text].map((character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`).join('')

let mesh: Mesh
/** Each planted secret with its location. */
const planted: { readonly secret: string; readonly where: string }[] = []
/** All replies of the server. */
const replies: string[] = []
let live: ReturnType<Mesh['first']['reader']['socket']>
let tail: ReturnType<Mesh['first']['reader']['tail']>

function plant(where: string, { name, wrap, draw }: Format): string {
  const secret = draw()
  planted.push({ secret, where: `${name} in ${where}` })
  return wrap(secret)
}

async function keep(reply: Response | Promise<Response>): Promise<string> {
  const text = await (await reply).text()
  replies.push(text)
  return text
}

beforeAll(async () => {
  mesh = await startMesh({ settings: { LOG_LEVEL: 'trace' } })
  const { reader, agent } = mesh.first
  live = reader.socket('/ws/logs')
  tail = reader.tail()
  await Promise.all([live.opened(), tail.begun()])

  const bodies: string[] = []
  for (const one of FORMATS) {
    const entry = (fields: object) => bodies.push(JSON.stringify({ sender: 'agent.leaky', payload: 'x', ...fields }))
    entry({ payload: `before ${plant('a text', one)} after, and ${plant('the same text', one)}` })
    entry({ payload: { config: { value: `x ${plant('a JSON payload', one)}` }, list: [plant('a list', one)] } })
    entry({ payload: `a tool said: ${JSON.stringify({ output: plant('JSON inside a text', one) })}` })
    entry({ payload: { inner: JSON.stringify({ output: plant('JSON inside JSON', one) }) } })
    bodies.push(`{"sender":"agent.leaky","payload":{"note":"${escaped(plant('an escaped JSON leaf', one))}"}}`)
    entry({ attributes: { trace: { header: plant('attributes', one) }, list: [plant('a list of attributes', one)] } })
    entry({
      payload: { [plant('a key of the payload', one)]: 1 },
      attributes: { [plant('a key of attributes', one)]: 1 },
    })
    entry({ context: plant('the context', one) })
    entry({ session: plant('the session', one) })
    entry({ receiver: plant('the receiver', one) })
    entry({ sender: plant('the sender', one) })
    const id = plant('the id', one)
    entry({ id: id.slice(0, 128) })
    entry({ id: id.slice(0, 128), payload: 'the same id with other content' })
    entry({ logsource: { service: plant('the log source', one).slice(0, 100) } })
  }
  for (let first = 0; first < bodies.length; first += 500) {
    const text = await keep(agent.post('/api/v1/logs', `[${bodies.slice(first, first + 500).join(',')}]`))
    const { rejected } = JSON.parse(text) as ReportOut
    if (rejected.length > 0) throw new Error(JSON.stringify(rejected.slice(0, 3)))
  }
  // The original product's endpoint, with extra fields.
  for (const one of FORMATS) {
    await keep(
      agent.post('/log', {
        sender: 'agent.old',
        payload: plant('/log', one),
        api_response: plant('an extra field', one),
      }),
    )
    await keep(agent.post('/log', `{"sender":"agent.old","payload":"${escaped(plant('an escaped text', one))}"}`))
  }
  const importable = FORMATS.map((one, index) => ({
    id: `line-${index}`,
    json: JSON.stringify({ sender: 'agent.imported', payload: plant('an import', one) }),
  }))
  await keep(mesh.first.manager.post('/trpc/logs.import', importable))
  await keep(
    agent.post(
      '/trpc/logs.report',
      FORMATS.map((one) => ({ sender: 'agent.trpc', payload: { a: plant('tRPC', one) } })),
    ),
  )
  // A rejected request must not appear in replies or logs either.
  await keep(agent.post('/log', `{"sender":"agent.bad","payload":"${plant('a body that is cut', GITHUB)}`))
})
afterAll(() => {
  live[Symbol.dispose]()
  tail[Symbol.dispose]()
  return mesh[Symbol.asyncDispose]()
})

/** Returns the locations of the planted secrets that a text contains. */
const foundIn = (text: string) => planted.filter(({ secret }) => text.includes(secret)).map(({ where }) => where)

describe('a planted secret', () => {
  test('is in no file of the data folder', () => {
    const files = dataFiles(mesh)
    expect([...files.keys()]).toEqual(expect.arrayContaining(['sentinelmesh.db', 'sentinelmesh.db-wal']))
    for (const text of files.values()) expect(foundIn(text)).toEqual([])
  })

  test('is in no REST or tRPC reply', async () => {
    const { reader, manager } = mesh.first
    const list = JSON.parse(await keep(reader.get('/logs'))) as { logs: { id: string }[] }
    for (const path of ['/alerts?min_risk=0', '/stats', '/api/v1/logs?limit=500', '/metrics'])
      await keep(reader.get(path))
    for (const { id } of list.logs) await keep(reader.get(`/api/v1/logs/${id}`))
    for (const name of ['logs.page', 'logs.histogram', 'stats.overview'])
      await keep(reader.get(`/trpc/${name}?input={}`))
    await keep(manager.get('/trpc/apiKeys.list'))
    expect(foundIn(replies.join('\n'))).toEqual([])
  })

  test('is in no socket message', async () => {
    const { head } = await json<{ head: string }>(mesh.first.reader.get('/api/v1/logs?limit=1'))
    await tail.reached(head)
    await live.messagesUpTo(tail.rows.length)
    expect(tail.rows.length).toBeGreaterThan(FORMATS.length * 10)
    expect(foundIn(JSON.stringify(tail.items))).toEqual([])
    expect(foundIn(live.messages.join('\n'))).toEqual([])
  })

  test('is in no line of the log at level trace', () => {
    expect(mesh.logged().length).toBeGreaterThan(0)
    expect(foundIn(mesh.logged())).toEqual([])
  })

  test('is found by no search', async () => {
    for (const { secret } of planted.slice(0, 5)) {
      const { total } = await json<{ total: number }>(mesh.first.reader.get(`/api/v1/logs?q=${secret}`))
      expect(total).toBe(0)
    }
  })
})

test('an entry lists what was masked by format and count, and keeps the surrounding text', async () => {
  const { log_id } = await json<{ log_id: string }>(
    mesh.first.agent.post('/log', { sender: 'agent.leaky', payload: `key ${plant('a last text', OUR_OWN)} end` }),
  )
  const kept = await json<{ payload: string; masked: { format: string; count: number }[] }>(
    mesh.first.reader.get(`/api/v1/logs/${log_id}`),
  )
  expect(kept.payload).toMatch(/^key smk_•+ end$/)
  expect(kept.masked).toEqual([{ format: 'sentinelmesh_key', count: 1 }])
})

test('no file and no line of the log contains passwords, keys or tokens used to sign in', async () => {
  const token = await mesh.first.token()
  const key = (await mesh.first.key(['read'])).key
  const cookie = (await mesh.first.browser()).headers['cookie']?.split('=')[1] ?? ''
  using socket = mesh.nobody.socket(`/ws/logs?token=${token}`)
  await socket.opened()
  await mesh.nobody.get(`/logs?api_key=${key}`)
  const secrets = [token, key, cookie, 'correct horse']
  const haystack = [mesh.logged(), ...dataFiles(mesh).values()].join('\n')
  expect(secrets.filter((secret) => haystack.includes(secret))).toEqual([])
})
