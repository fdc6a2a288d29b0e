import type { Enforced } from './saved.ts'

/** What people call the entries of each kind. A saved evaluation may have kinds that are not listed. */
const NAMES: Readonly<Partial<Record<string, string>>> = {
  prompt: 'prompts',
  tool_call: 'calls',
  tool_result: 'results and documents',
  tool_definition: 'tool definitions',
  completion: 'answers of the model',
  message: 'messages of agents',
  system: 'system prompts',
}

export const enforcedName = ({ kind, malicious }: Pick<Enforced, 'kind' | 'malicious'>): string =>
  `${malicious ? 'malicious' : 'benign'} ${NAMES[kind] ?? kind}`
