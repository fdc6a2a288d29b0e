import { describe, expect, test } from 'vitest'
import { claudeCode } from './claude-code.ts'
import { codex } from './codex.ts'
import { geminiCli } from './gemini-cli.ts'
import { copilot } from './copilot.ts'
import type { Mapper } from './mapper.ts'
import { mapFixture } from './testing/map-fixture.ts'
import { fixturesOf, howMany, readExpected } from './testing/read-fixture.ts'

const AGENTS: readonly (readonly [folder: string, mapper: Mapper])[] = [
  ['e-claude-code', claudeCode],
  ['f-codex', codex],
  ['g-gemini-cli', geminiCli],
  ['h-copilot', copilot],
]

describe.each(AGENTS)('%s', (folder, mapper) => {
  const fixtures = fixturesOf(folder)
  test.skipIf(fixtures.length === 0).each(fixtures)(
    `%s becomes the entries expected (${howMany(fixtures)})`,
    (name) => {
      expect(mapFixture(mapper, name)).toEqual(readExpected(name))
    },
  )
})
