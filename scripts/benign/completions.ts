import { completion, type Family, type Text } from './family.ts'
import { packageFilesNamed, textsOf } from './files.ts'
import { git } from './git.ts'
import { takeApart } from './readme.ts'

/** Prose as an assistant writes it. */
export const COMPLETIONS: readonly Family[] = [
  completions('commit-messages', commitMessages),
  completions('doc-paragraphs', paragraphs),
]

function completions(name: string, texts: (root: string) => Iterable<Text>): Family {
  return { name, category: 'benign_completion', texts: ({ root }) => texts(root), entry: completion }
}

const SHORTEST_MESSAGE = 40

function commitMessages(root: string): Text[] {
  return git(root, ['log', '--no-merges', '-z', '--format=%B'])
    .split('\0')
    .map((message) => ({ text: message.trim() }))
    .filter(({ text }) => text.length >= SHORTEST_MESSAGE)
}

function* paragraphs(root: string): Generator<Text> {
  for (const { text: readme } of textsOf(packageFilesNamed(root, /^readme/i)))
    for (const text of takeApart(readme).paragraphs)
      if (text.length >= 200 && text.length <= 2000 && isProse(text)) yield { text }
}

/** Not a heading, a table, HTML, badges, link definitions, or indented code. */
function isProse(paragraph: string): boolean {
  return !/^(#|\||<|\[!|!\[|\[[^\]]+\]:| {4}|\t|```|~~~|---)/.test(paragraph)
}
