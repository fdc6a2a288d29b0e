import { PassThrough } from 'node:stream'
import { setImmediate as nextTick } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { LIMITS } from '../limits.ts'
import { lineSplitter } from './framing.ts'
import { pump, type Forwarded } from './pump.ts'
import type { Sink } from './sink.ts'

function memorySink(): Sink & { readonly text: () => string } {
  const chunks: Uint8Array[] = []
  return {
    async write(bytes) {
      chunks.push(bytes)
    },
    async insert() {},
    end() {},
    text: () => Buffer.concat(chunks).toString(),
  }
}

test('pieces keep their order while an earlier one waits for its verdict', async () => {
  const source = new PassThrough()
  const to = memorySink()
  let decide: (forwarded: Forwarded) => void = () => {}
  const inspect = ({ bytes }: { bytes: Buffer }) =>
    bytes.toString() === 'call\n' ? new Promise<Forwarded>((resolve) => (decide = resolve)) : bytes
  const done = pump(source, lineSplitter(100), inspect, to)
  source.end('call\nnotification\n')
  await nextTick()
  expect(to.text()).toBe('')
  decide(Buffer.from('judged call\n'))
  await done
  expect(to.text()).toBe('judged call\nnotification\n')
})

test('a blocked piece is left out', async () => {
  const source = new PassThrough()
  const to = memorySink()
  const done = pump(source, lineSplitter(100), ({ bytes }) => (bytes.toString() === 'bad\n' ? null : bytes), to)
  source.end('good\nbad\nunfinished')
  await done
  expect(to.text()).toBe('good\nunfinished')
})

test('messages are read ahead only up to the limit', async () => {
  const source = new PassThrough()
  const to = memorySink()
  let inspected = 0
  let decide: (forwarded: Forwarded) => void = () => {}
  const verdict = new Promise<Forwarded>((resolve) => (decide = resolve))
  const inspect = ({ bytes }: { bytes: Buffer }) => {
    inspected += 1
    return inspected === 1 ? verdict : bytes
  }
  const done = pump(source, lineSplitter(100), inspect, to)
  const lines = Array.from({ length: 2 * LIMITS.heldMessages }, (_, n) => `${n}\n`)
  source.end(lines.join(''))
  for (let n = 0; n < lines.length; n += 1) await nextTick()
  expect(inspected).toBe(LIMITS.heldMessages)
  decide(Buffer.from(lines[0] ?? ''))
  await done
  expect(to.text()).toBe(lines.join(''))
})

test('a source that breaks off still delivers the pieces before', async () => {
  const source = new PassThrough()
  const to = memorySink()
  const done = pump(source, lineSplitter(100), ({ bytes }) => bytes, to)
  source.write('whole\nhalf')
  await nextTick()
  source.destroy(new Error('broken pipe'))
  await done
  expect(to.text()).toBe('whole\nhalf')
})
