import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compile } from './compile.ts'
import { foldCase } from '@sentinelmesh/text/fold-case'
import { parseStrict } from './parse.ts'
import { payloadText } from './payload-text.ts'
import { linearRegex, linearRegexNeeds } from './regex.ts'
import { entries, NOW, queries } from './testing/arbitraries.ts'
import { textNeeds, type TextNeed } from './text-needs.ts'

const needsOf = (text: string) => textNeeds(parseStrict(text, { regex: linearRegex }), linearRegexNeeds)
const holds = (text: string): TextNeed => ({ type: 'holds', text })

function isMet(need: TextNeed, text: string): boolean {
  if (need.type === 'holds') return text.includes(need.text)
  return need.type === 'all' ? need.of.every((one) => isMet(one, text)) : need.of.some((one) => isMet(one, text))
}

describe('the text that a query requires', () => {
  test('is in every entry that the query matches', () => {
    let met = 0
    fc.assert(
      fc.property(queries, fc.array(entries, { minLength: 1, maxLength: 8 }), (ast, several) => {
        const need = textNeeds(ast, linearRegexNeeds)
        if (need === null) return
        const predicate = compile(ast, { now: NOW, regex: linearRegex })
        for (const entry of several.filter(predicate)) {
          const text = [entry.sender, entry.receiver, entry.context, payloadText(entry.payload)].join('\n')
          expect(isMet(need, foldCase(text))).toBe(true)
          met++
        }
      }),
      { numRuns: 20_000, seed: 4 },
    )
    expect(met).toBeGreaterThan(200)
  })

  test('is every word, or one of several alternatives', () => {
    expect(needsOf('Refund')).toEqual(holds('refund'))
    expect(needsOf('refund sender:agent.Billing risk:>5')).toEqual({
      type: 'all',
      of: [holds('refund'), holds('agent.billing')],
    })
    expect(needsOf('payload:a OR context:b')).toEqual({ type: 'any', of: [holds('a'), holds('b')] })
    expect(needsOf('payload:*rm?-rf*')).toEqual({ type: 'all', of: [holds('rm'), holds('-rf')] })
    expect(needsOf('payload:/ab+c (curl|wget)/')).toEqual(
      expect.objectContaining({
        type: 'any',
        of: expect.arrayContaining([expect.objectContaining({ type: 'holds' })]),
      }),
    )
  })

  test('is unknown if an entry without it can match', () => {
    for (const text of [
      '',
      '-refund',
      'refund OR risk:>5',
      'refund OR -b',
      'session:s',
      'id:x',
      'title:x',
      'payload:*',
      '""',
    ])
      expect(needsOf(text)).toBeNull()
  })
})
