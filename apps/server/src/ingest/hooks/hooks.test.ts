import { describe, expect, test } from 'vitest'
import { asExpected } from '../mappers/testing/map-fixture.ts'
import { fixturesOf, howMany, readExpected, readJsonFixture } from '../mappers/testing/read-fixture.ts'
import { HOOK_MAPPERS } from './clients.ts'
import { HOOK_CLIENTS } from './hook-mapper.ts'

const fixtures = fixturesOf('hooks')

describe(`recorded hook calls (${howMany(fixtures)})`, () => {
  test.skipIf(fixtures.length === 0).each(fixtures)('%s becomes the entry expected', (name) => {
    const [client, event] = name.replace('hooks/', '').split('-')
    const mapHook = HOOK_MAPPERS[HOOK_CLIENTS.find((one) => one === client) ?? 'claude']
    const { entry, ...call } = mapHook(readJsonFixture(name))
    expect(call.event).toBe(event)
    expect(entry === null ? [] : [asExpected(entry)]).toEqual(readExpected(name))
  })
})
