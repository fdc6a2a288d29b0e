import type { RuleProblem } from '@sentinelmesh/api'
import { lintRulesInSteps } from '@sentinelmesh/rules'
import { step } from '../threads/serve-jobs.ts'
import { STAND_IN, standIns, type RuleName } from './stand-ins.ts'
import { toProblem } from './to-problem.ts'

/** Lints a text together with the org's rules that it refers to. If ids are equal, the text's own rule wins. */
export async function lintText({
  text,
  beside,
}: {
  text: string
  beside: readonly RuleName[]
}): Promise<RuleProblem[]> {
  const sources = [{ file: null, text }, ...standIns([{ text }], beside)]
  const problems = await lintRulesInSteps(sources, step, { agents: true })
  return problems.filter(({ file }) => file !== STAND_IN).map(toProblem)
}
