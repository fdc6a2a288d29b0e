import { expect, test } from 'vitest'
import { LIMITS } from '../limits.ts'
import { listPages } from './list-pages.ts'

const page = (cursor: string | null, nextCursor: string | null, ...names: string[]) => ({
  kind: 'tool',
  cursor,
  nextCursor,
  names,
})

test('a list has all its names with its last page', () => {
  const pages = listPages()
  expect(pages.add(page(null, 'p2', 'a'))).toBeNull()
  expect(pages.add(page('p2', 'p3', 'b'))).toBeNull()
  expect(pages.add(page('p3', null, 'c'))).toEqual(['a', 'b', 'c'])
})

test('a list whose earlier pages were not seen is never complete', () => {
  expect(listPages().add(page('p2', null, 'b'))).toBeNull()
})

test('lists of another kind do not share a cursor', () => {
  const pages = listPages()
  pages.add(page(null, 'p2', 'a'))
  expect(pages.add({ ...page('p2', null, 'b'), kind: 'prompt' })).toBeNull()
})

test('a list with more names than the limit is never complete', () => {
  const pages = listPages()
  const names = Array.from({ length: LIMITS.listNames }, (_, n) => String(n))
  pages.add(page(null, 'p2', ...names))
  expect(pages.add(page('p2', null, 'one more'))).toBeNull()
})

test('unfinished lists are held only up to the limit', () => {
  const pages = listPages()
  for (let n = 0; n <= LIMITS.heldMessages; n += 1) pages.add(page(null, `cursor ${n}`, 'a'))
  expect(pages.add(page(`cursor ${LIMITS.heldMessages}`, null, 'b'))).toBeNull()
  expect(pages.add(page('cursor 0', null, 'b'))).toEqual(['a', 'b'])
})
