import { join } from 'node:path'
import { prompt, type Family, type Text } from './family.ts'
import { filesOfAny, textsOf } from './files.ts'

/** Prompts that were written for this measurement: one per line of the files in `prompts`. */
export const PROMPTS: readonly Family[] = [
  { name: 'own-prompts', category: 'benign_prompt', texts: () => prompts(), entry: prompt },
]

function* prompts(): Generator<Text> {
  const files = filesOfAny([join(import.meta.dirname, 'prompts')]).filter((path) => path.endsWith('.txt'))
  for (const { text } of textsOf(files))
    for (const line of text.split('\n')) yield { text: line.trim().replaceAll('\\n', '\n') }
}
