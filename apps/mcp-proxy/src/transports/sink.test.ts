import { PassThrough, Writable } from 'node:stream'
import { expect, test } from 'vitest'
import { sink } from './sink.ts'

const text = (stream: PassThrough) => String(stream.read() ?? '')

test('a unit is inserted between two units, never inside one', async () => {
  const stream = new PassThrough()
  const to = sink(stream)
  await to.write(Buffer.from('first half '), false)
  const inserted = to.insert('inserted\n')
  await to.write(Buffer.from('second half\n'), true)
  await inserted
  expect(text(stream)).toBe('first half second half\ninserted\n')
})

test('the end of the stream also ends an incomplete unit', async () => {
  const stream = new PassThrough()
  const to = sink(stream)
  await to.write(Buffer.from('half'), false)
  const inserted = to.insert('too late')
  to.end()
  await inserted
  expect(text(stream)).toBe('half')
})

test('a write waits until the reader has caught up', async () => {
  let finish = () => {}
  const stream = new Writable({ highWaterMark: 1, write: (_chunk, _encoding, done) => (finish = done) })
  let isWritten = false
  const written = sink(stream)
    .write(Buffer.from('line\n'), true)
    .then(() => (isWritten = true))
  await Promise.resolve()
  expect(isWritten).toBe(false)
  finish()
  await written
})

test('a write does not wait for a reader that has closed the stream', async () => {
  const stream = new Writable({ highWaterMark: 1, write: () => {} })
  const written = sink(stream).write(Buffer.from('line\n'), true)
  stream.destroy()
  await expect(written).resolves.toBeUndefined()
})
