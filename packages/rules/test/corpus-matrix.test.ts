import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describeShared, describeUnless, sharedLines } from '@sentinelmesh/test-inputs'
import { expect, test } from 'vitest'
import { compileRules, matchJson } from '../src/index.ts'

interface MatrixRow {
  readonly id: string
  readonly event: unknown
  readonly rule_ids: readonly string[]
}

const rows = sharedLines<MatrixRow>('sigma/corpus_matrix_dev.jsonl')
/** A folder with the SigmaHQ rules, which are not part of the repository. */
const { SIGMA_CORPUS: folder } = process.env
const NEEDED = ['sigma/corpus_matrix_dev.jsonl']
const missing = folder === undefined ? 'need SIGMA_CORPUS, a folder with the rules of SigmaHQ' : null

describeUnless(missing, 'every rule of SigmaHQ', 118, () => {
  describeShared('on recorded events', { needs: NEEDED, tests: 118 }, () => {
    const { ruleSet, problems } = compileRules(rulesIn(folder ?? ''))

    test('the corpus loads, except rules that need placeholders', () => {
      const refused = problems.filter(({ severity }) => severity === 'error')
      expect(refused.filter(({ code }) => code !== 'expand_unresolved')).toEqual([])
    })

    test.each(rows)('$id', ({ event, rule_ids: wanted }) => {
      const found = matchJson(JSON.stringify(event), ruleSet).map(({ ruleId }) => ruleId)
      expect(found.toSorted()).toEqual([...wanted].sort())
    })
  })
})

function rulesIn(path: string): { file: string; text: string }[] {
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.yml') && name.startsWith('rules'))
    .map((name) => ({ file: name, text: readFileSync(join(path, name), 'utf8') }))
}
