import { BOUNDS } from '../../rule-jobs/rule-threads.ts'
import { namesBeside } from '../../rule-sets/names-beside.ts'
import { fitLists } from './fit-lists.ts'
import type { Verb } from '../verb.ts'

/** Finds all errors and warnings in the documents of a text. Nothing is stored. */
export const check: Verb<'rules.check', 'ruleSets' | 'ruleThreads'> = async (deps, { org, signal }, { text }) => {
  const beside = namesBeside(await deps.ruleSets.of(org), [text])
  const { problems, rules, ...found } = await deps.ruleThreads.check.run(
    org,
    'check',
    { text, beside },
    { bound: BOUNDS.check, signal },
  )
  return { ...found, ...fitLists({ problems, rules }) }
}
