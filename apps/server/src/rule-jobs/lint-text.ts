import type { RuleProblem } from '@sentinelmesh/api'
import { lintRulesInTurns } from '@sentinelmesh/rules'
import { step } from '../threads/serve-jobs.ts'
import { STAND_IN, standIns, type RuleName } from './stand-ins.ts'
import { toProblem } from './to-problem.ts'

/** What is wrong or suspicious in a text; rules of the org that it names are there, and give way to those of the text. */
export async function lintText({
  text,
  beside,
}: {
  text: string
  beside: readonly RuleName[]
}): Promise<RuleProblem[]> {
  const problems = await lintRulesInTurns([{ file: null, text }, ...standIns([{ text }], beside)], step)
  return problems.filter(({ file }) => file !== STAND_IN).map(toProblem)
}
