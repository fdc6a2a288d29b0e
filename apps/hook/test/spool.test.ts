import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { HOOK_INPUT_BYTES } from '@sentinelmesh/api/hooks'
import { LIMITS } from '../src/limits.ts'
import { openSpool, type Send, type Spool } from '../src/spool.ts'
import { buildHookProgram, type HookProgram } from './hook-program.ts'
import { ALLOWED, deadAddress, standIn, type Received } from './stand-in.ts'

const root = mkdtempSync(join(tmpdir(), 'sentinelmesh-spool-'))
let program: HookProgram
beforeAll(async () => (program = await buildHookProgram()))
afterAll(async () => {
  await program[Symbol.asyncDispose]()
  rmSync(root, { recursive: true, force: true })
})

let folders = 0
function freshSpool(): { spool: Spool; folder: string } {
  folders += 1
  const folder = join(root, String(folders), 'spool')
  return { spool: openSpool(folder), folder }
}

const add = (spool: Spool, text: string, size = 0) =>
  spool.add({ client: 'claude', at: 1_000, fail: 'open', input: Buffer.from(text.padEnd(size)) })
const inputs = (folder: string) => readdirSync(folder).filter((name) => name.endsWith('.input'))
const file = (folder: string, number: number) => join(folder, `${String(number).padStart(10, '0')}.input`)

/** Delivers to a server that gives each input the result `became`, and returns the inputs and gaps that it received. */
async function deliverAll(
  spool: Spool,
  became: (text: string) => 'delivered' | 'refused' | 'kept' = () => 'delivered',
) {
  const lines: string[] = []
  const send: Send = async ({ missing, waiting }) => {
    const text = waiting === null ? '' : Buffer.from(waiting.input).toString().trimEnd()
    const gap = missing === null ? '' : `missing ${missing.from}-${missing.to} `
    lines.push(`${gap}${waiting === null ? 'nothing' : `${waiting.number} ${text}`}`)
    return became(text)
  }
  return { done: await spool.deliver(send), lines }
}

describe('a spool', () => {
  test('delivers each input once, in order, with its number', async () => {
    const { spool, folder } = freshSpool()
    expect(spool.isDue()).toBe(false)
    for (const text of ['one', 'two\nlines', 'three']) add(spool, text)
    expect(spool.isDue()).toBe(true)
    const { lines, done } = await deliverAll(spool)
    expect(lines).toEqual(['1 one', '2 two\nlines', '3 three'])
    expect(done).toEqual({ delivered: 3, refused: 0, left: 0 })
    expect(spool.isDue()).toBe(false)
    add(spool, 'four')
    expect((await deliverAll(spool)).lines).toEqual(['4 four'])
    expect(inputs(folder)).toEqual([])
  })

  test('is readable only by its owner', () => {
    const { spool, folder } = freshSpool()
    add(spool, 'one')
    expect(statSync(folder).mode & 0o777).toBe(0o700)
    for (const name of readdirSync(folder)) expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600)
  })

  test('reports removed inputs as missing, even if all were removed', async () => {
    const { spool, folder } = freshSpool()
    for (const text of ['one', 'two', 'three', 'four']) add(spool, text)
    for (const number of [2, 3]) rmSync(file(folder, number))
    expect((await deliverAll(spool)).lines).toEqual(['1 one', 'missing 2-3 4 four'])
    for (const text of ['five', 'six']) add(spool, text)
    for (const number of [5, 6]) rmSync(file(folder, number))
    expect(spool.isDue()).toBe(true)
    expect((await deliverAll(spool)).lines).toEqual(['missing 5-6 nothing'])
    expect(spool.isDue()).toBe(false)
  })

  test('continues after an input that the server refuses permanently, and reports it as missing', async () => {
    const { spool } = freshSpool()
    for (const text of ['one', 'bad', 'three']) add(spool, text)
    const { lines, done } = await deliverAll(spool, (text) => (text === 'bad' ? 'refused' : 'delivered'))
    expect(lines).toEqual(['1 one', '2 bad', 'missing 2-2 3 three'])
    expect(done).toEqual({ delivered: 2, refused: 1, left: 0 })
  })

  test('stops at once if nothing can be delivered, and keeps everything', async () => {
    const { spool, folder } = freshSpool()
    for (const text of ['one', 'two']) add(spool, text)
    const { lines, done } = await deliverAll(spool, () => 'kept')
    expect(lines).toEqual(['1 one'])
    expect(done).toEqual({ delivered: 0, refused: 0, left: 2 })
    expect(spool.hasJustFailed()).toBe(true)
    expect(inputs(folder)).toHaveLength(2)
    spool.skip('claude')
    expect((await deliverAll(spool, (text) => (text === '' ? 'kept' : 'delivered'))).lines).toEqual([
      '1 one',
      '2 two',
      'missing 3-3 nothing',
    ])
    // The gap was not reported yet, so no call should start another delivery right now.
    expect(spool.hasJustFailed()).toBe(true)
    expect((await deliverAll(spool)).lines).toEqual(['missing 3-3 nothing'])
    expect(spool.hasJustFailed()).toBe(false)
  })

  test('drops the oldest inputs when it is full, by count and by size, and reports them as missing', async () => {
    const { spool, folder } = freshSpool()
    add(spool, 'first')
    for (let number = 2; number <= LIMITS.spoolFiles; number += 1)
      writeFileSync(file(folder, number), `${JSON.stringify({ client: 'claude', at: 1, fail: 'open' })}\n${number}`)
    add(spool, 'last')
    expect(inputs(folder)).toHaveLength(LIMITS.spoolFiles)
    expect((await deliverAll(spool, () => 'kept')).lines).toEqual(['missing 1-1 2 2'])

    const large = freshSpool()
    for (const text of ['a', 'b', 'c']) add(large.spool, text, HOOK_INPUT_BYTES)
    const bytes = inputs(large.folder).reduce((sum, name) => sum + statSync(join(large.folder, name)).size, 0)
    expect(bytes).toBeLessThanOrEqual(LIMITS.spoolBytes)
    expect((await deliverAll(large.spool)).lines).toEqual(['missing 1-2 3 c'])
  })

  test.each(['scribbled over', '', '{"client":"emacs","at":1,"fail":"open"}\n{}', 'null\n{}'])(
    'an invalid file (%j) is reported only by its number, and does not block the others',
    async (text) => {
      const { spool, folder } = freshSpool()
      add(spool, 'one')
      add(spool, 'two')
      writeFileSync(file(folder, 1), text)
      expect((await deliverAll(spool)).lines).toEqual(['missing 1-1 nothing', '2 two'])
    },
  )

  test('continues with the remaining inputs if its state is damaged', async () => {
    const { spool, folder } = freshSpool()
    for (const text of ['one', 'two', 'three']) add(spool, text)
    rmSync(file(folder, 1))
    writeFileSync(join(folder, 'state.json'), '{"id":')
    expect(spool.isDue()).toBe(true)
    expect((await deliverAll(spool)).lines).toEqual(['2 two', '3 three'])
    add(spool, 'four')
    expect((await deliverAll(spool)).lines).toEqual(['4 four'])
  })

  test.each([
    ['long ago', -1],
    ['before the clock was set back', 1],
  ])('a process that died with a lock %s does not block others', async (_, sign) => {
    const { spool, folder } = freshSpool()
    add(spool, 'one')
    await deliverAll(spool, () => 'kept')
    const then = new Date(Date.now() + sign * 10 * LIMITS.deliveryStaleMs)
    for (const name of ['lock', 'lock.stale', 'delivering', 'failed']) {
      writeFileSync(join(folder, name), '')
      utimesSync(join(folder, name), then, then)
    }
    expect(spool.hasJustFailed()).toBe(false)
    add(spool, 'two')
    expect((await deliverAll(spool)).lines).toEqual(['1 one', '2 two'])
  })

  test('keeps an input that gets no number in time, and numbers it with the next lock', async () => {
    const { spool, folder } = freshSpool()
    add(spool, 'one')
    const lock = join(folder, 'lock')
    writeFileSync(lock, '')
    add(spool, 'two')
    expect(inputs(folder)).toHaveLength(1)
    rmSync(lock)
    expect(spool.isDue()).toBe(true)
    expect((await deliverAll(spool)).lines).toEqual(['1 one', '2 two'])
  })
})

describe('a process that is killed', () => {
  /** Kills the process at its n-th change of a file, which leaves that file half written. */
  const preload = join(root, 'killed.cjs')
  writeFileSync(
    preload,
    `const fs = require('node:fs')
    let left = Number(process.env.KILL_AT)
    for (const name of ['openSync', 'writeFileSync', 'renameSync', 'rmSync', 'utimesSync', 'mkdirSync', 'chmodSync']) {
      const real = fs[name]
      fs[name] = (...args) => {
        if (name === 'openSync' && args[1] !== 'wx') return real(...args)
        left -= 1
        if (left > 0) return real(...args)
        if (name === 'writeFileSync') real(args[0], args[1].slice(0, args[1].length / 2), args[2])
        process.kill(process.pid, 'SIGKILL')
        for (;;);
      }
    }`,
  )
  function agedLocks(folder: string): void {
    const before = new Date(Date.now() - 10 * LIMITS.deliveryStaleMs)
    for (const name of readdirSync(folder))
      if (/^(lock|delivering|.*\.new)$/.test(name)) utimesSync(join(folder, name), before, before)
  }

  // Each step runs two processes.
  test(
    'at any step of keeping or delivering loses no stored input, and accounts for each number',
    { timeout: 180_000 },
    async () => {
      const dead = await deadAddress()
      await using server = await standIn()
      for (let step = 1, ended = false; !ended; step += 1) {
        const user = program.user()
        const spool = openSpool(user.spoolFolder)
        const killed = (url: string, args: readonly string[], input = '') => {
          user.settings({ url, key: 'k', timeout: 30 })
          return user.run(args, { input, env: { NODE_OPTIONS: `--require ${preload}`, KILL_AT: String(step) } })
        }
        add(spool, 'before')
        const keeping = await killed(dead, ['claude'], 'killed')
        agedLocks(user.spoolFolder)
        add(spool, 'after')

        const first = server.received.length
        const delivering = await killed(server.url, ['flush'])
        agedLocks(user.spoolFolder)
        const rest = await deliverAll(spool)
        const lines = [...server.received.slice(first).map(toLine), ...rest.lines]
        expect(lines.filter((line) => line.endsWith('before'))).not.toEqual([])
        expect(lines.filter((line) => line.endsWith('after'))).not.toEqual([])
        // An input that arrived is never reported as missing.
        const arrived = lines.flatMap((line) => /(\d+) (before|killed|after)$/.exec(line)?.[1] ?? [])
        for (const line of lines) expect(arrived).not.toContain(/missing (\d+)-/.exec(line)?.[1])
        expect(readdirSync(user.spoolFolder).filter((name) => /\.input$|-.*\.new$/.test(name))).toEqual([])
        ended = keeping.code === 0 && delivering.code === 0
      }
    },
  )

  const toLine = ({ path, body }: Received) => {
    const query = new URLSearchParams(path.split('?')[1])
    return `${query.has('missing') ? `missing ${query.get('missing')} ` : ''}${query.get('late') ?? 'nothing'} ${String(body)}`
  }
})

describe('several processes', () => {
  test('that cannot reach the server assign each number once', async () => {
    const user = program.user()
    user.settings({ url: await deadAddress(), key: 'k', timeout: 30 })
    const names = Array.from({ length: 12 }, (_, index) => `{"call":${index}}`)
    await Promise.all(names.map((input) => user.run(['claude'], { input })))
    const kept = inputs(user.spoolFolder).map(
      (name) => readFileSync(join(user.spoolFolder, name), 'utf8').split('\n')[1],
    )
    expect(kept.toSorted()).toEqual(names.toSorted())
    expect(inputs(user.spoolFolder)).toEqual(names.map((_, index) => `${String(index + 1).padStart(10, '0')}.input`))
  })

  test('that deliver at the same time deliver each input once', async () => {
    const user = program.user()
    user.settings({ url: await deadAddress(), key: 'k', timeout: 30 })
    for (let call = 0; call < 6; call += 1) await user.run(['claude'], { input: `{"call":${call}}` })
    await using server = await standIn((_, response) => setImmediate(() => response.end(ALLOWED)))
    user.settings({ url: server.url, key: 'k' })
    const ended = await Promise.all(Array.from({ length: 4 }, () => user.run(['flush'])))
    expect(ended.map(({ stdout }) => stdout).join('')).toContain('delivered, 0 refused')
    await user.run(['flush'])
    expect(server.received.map(({ body }) => String(body))).toEqual(
      Array.from({ length: 6 }, (_, n) => `{"call":${n}}`),
    )
  })
})
