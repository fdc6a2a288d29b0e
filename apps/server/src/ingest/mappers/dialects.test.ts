import { describe, expect, test } from 'vitest'
import { asExpected } from './testing/map-fixture.ts'
import { mapAlone } from './testing/map-alone.ts'
import { fixturesOf, howMany, readExpected, readFixture } from './testing/read-fixture.ts'

const FOLDERS = ['a-genai', 'b-openinference', 'c-openllmetry', 'd-ai-sdk']
const NOW = Date.parse('2026-11-25')

describe.each(FOLDERS)('%s', (folder) => {
  const fixtures = fixturesOf(folder)
  test.skipIf(fixtures.length === 0).each(fixtures)(
    `%s becomes the entries expected (${howMany(fixtures)})`,
    async (name) => {
      const mapped = await mapAlone(readFixture(name), NOW)
      expect(mapped.flatMap(({ entries }) => entries.map(asExpected))).toEqual(readExpected(name))
    },
  )
})
