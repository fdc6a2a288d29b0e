import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { aCorrelation } from './correlations.ts'
import { createGroups, type Group } from '../src/correlate/groups.ts'
import { windowMaker } from '../src/correlate/window.ts'
import { LIMITS } from '../src/limits.ts'

const TIMESPANS = [1_000, 60_000, 3_600_000]
const newWindow = windowMaker(aCorrelation({ id: 'k' }), LIMITS)

const anyStep = fc.record({
  /** Milliseconds after the previous step. */
  after: fc.oneof(
    { weight: 20, arbitrary: fc.integer({ min: 0, max: 2_000 }) },
    { weight: 3, arbitrary: fc.constantFrom(59_000, LIMITS.correlationGraceMs - 2_000) },
  ),
  owner: fc.nat(2),
  key: fc.nat(40),
  does: fc.constantFrom('touch', 'touch', 'touch late', 'remove', 'expire', 'expire'),
})

test('groups expire exactly at the end of their time, for any sequence of touches and removals', () => {
  fc.assert(
    fc.property(fc.array(anyStep, { minLength: 100, maxLength: 300, size: 'max' }), (steps) => {
      const groups = createGroups(TIMESPANS, LIMITS)
      const model = new Map<string, { owner: number; newest: number }>()
      let now = 0
      for (const { after, owner, key, does } of steps) {
        now += after
        const name = `${owner} ${key}`
        const group = groups.get(owner, `${key}`)
        expect(group !== undefined).toBe(model.has(name))
        if (does === 'expire') {
          groups.expire(now)
          for (const [other, one] of model)
            if (one.newest + (TIMESPANS[one.owner] ?? 0) + LIMITS.correlationGraceMs < now) model.delete(other)
        } else if (does === 'remove' && group !== undefined) {
          groups.remove(group)
          model.delete(name)
        } else {
          const time = does === 'touch late' ? now - 5_000 : now
          if (group === undefined) groups.add(owner, `${key}`, newWindow(), time)
          else groups.touch(group, time)
          model.set(name, { owner, newest: Math.max(time, model.get(name)?.newest ?? time) })
        }
        expect(groups.counts.groups).toBe(model.size)
      }
      const left = [...groups.all()].map(({ owner, key, newest }: Group) => [`${owner} ${key}`, newest])
      expect(new Map(left as [string, number][])).toEqual(
        new Map([...model].map(([name, { newest }]) => [name, newest])),
      )
    }),
    { numRuns: 200, seed: 10 },
  )
})
