import type { McpDefinitionsOut } from '@sentinelmesh/api'
import { describe, expect, test } from 'vitest'
import type { McpEntry } from '../conversation/entry-factory.ts'
import { LIMITS } from '../limits.ts'
import { knownDefinitions } from './known-definitions.ts'

type Result = McpDefinitionsOut['results'][number]

const result = (name: string, fields: Partial<Result> = {}): Result => ({
  kind: 'tool',
  name,
  hash: `hash of ${name}`,
  status: 'same',
  log_id: null,
  risk: null,
  verdict: 'allow',
  reason: null,
  ...fields,
})
const callOf = (name: string) => [{ rests: { kind: 'tool', name } } as unknown as McpEntry]
const TOOL = { kind: 'tool', name: 'add' } as const

test('a definition has the hash of the last answer', () => {
  const known = knownDefinitions()
  expect(known.hashOf(TOOL)).toBeNull()
  known.learn([result('add', { hash: 'first' })])
  known.learn([result('add', { hash: 'second' })])
  expect(known.hashOf(TOOL)).toBe('second')
  expect(known.hashOf({ kind: 'prompt', name: 'add' })).toBeNull()
})

test('a blocked definition has a reason until an answer allows it', () => {
  const known = knownDefinitions()
  known.learn([result('add', { verdict: 'block', reason: 'it is poisoned' })])
  expect(known.blockedReason(TOOL)).toBe('it is poisoned')
  known.learn([result('add')])
  expect(known.blockedReason(TOOL)).toBeNull()
})

test('of several definitions with the same name in one answer, the worst counts', () => {
  const known = knownDefinitions()
  known.learn([result('add'), result('add', { verdict: 'block', reason: 'bad' }), result('add')])
  expect(known.blockedReason(TOOL)).toBe('bad')
})

describe('a call', () => {
  test('is blocked with the definition that it uses', () => {
    const known = knownDefinitions()
    known.learn([result('add', { verdict: 'block', reason: 'bad' })])
    expect(known.blockedReasonOfCall(callOf('add'), { changes: false })).toBe('bad')
    expect(known.blockedReasonOfCall(callOf('other'), { changes: true })).toBeNull()
    expect(known.blockedReasonOfCall([{} as McpEntry], { changes: true })).toBeNull()
  })

  test('of a changed definition is left to the server, which knows whether the change was approved', () => {
    const known = knownDefinitions()
    known.learn([result('add', { verdict: 'block', reason: 'it changed', status: 'changed' })])
    expect(known.blockedReasonOfCall(callOf('add'), { changes: false })).toBeNull()
    expect(known.blockedReasonOfCall(callOf('add'), { changes: true })).toBe('it changed')
  })
})

test('beyond the limit the oldest definition is forgotten', () => {
  const known = knownDefinitions()
  known.learn([result('add')])
  known.learn(Array.from({ length: LIMITS.listNames }, (_, n) => result(`tool ${n}`)))
  expect(known.hashOf(TOOL)).toBeNull()
  expect(known.hashOf({ kind: 'tool', name: 'tool 0' })).not.toBeNull()
})
