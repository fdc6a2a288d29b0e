import { readRulesInSteps, type Problem, type RuleLibrary } from '@sentinelmesh/rules'
import { step } from '../threads/serve-jobs.ts'
import { canonical } from './canonical.ts'
import { toHead, type DocumentHead } from './document-head.ts'
import { readSeedRules } from './seed-rules.ts'
import { standIns, type RuleName } from './stand-ins.ts'

/** The result for one file of an import: its valid documents, and the problems of the others. */
export interface ReadSource {
  readonly file: string | null
  readonly documents: readonly DocumentHead[]
  /** Errors refer to rejected documents. Line numbers are those of the file. */
  readonly problems: readonly Problem[]
  /** The parts of the seed's format that have no translation to Sigma, one sentence each. */
  readonly changes: readonly { readonly id: string | null; readonly message: string }[]
}

interface Piece extends Omit<ReadSource, 'documents' | 'problems'> {
  readonly text: string
  /** The position of the piece in the file, unless it is the whole file. */
  readonly within: Problem['range'] | null
}

/** Reads source by source, then again those whose correlations refer to rules of other sources, together with these. */
export async function readSources(
  sources: readonly { readonly file: string | null; readonly text: string }[],
  beside: readonly RuleName[],
): Promise<readonly ReadSource[]> {
  const found: ReadSource[] = []
  const lacking: Piece[] = []
  for (const source of sources) {
    const { refused, pieces } = piecesOf(source)
    found.push(...refused)
    for (const piece of pieces) {
      const library = await readRulesInSteps([piece], step)
      if (library.problems.some(({ code }) => code === 'unknown_rule')) lacking.push(piece)
      else found.push(toRead(piece, documentsOf(library), library.problems))
    }
  }
  if (lacking.length === 0) return found

  const others = [...beside, ...found.flatMap(({ documents }) => documents)]
  // Numbers identify the sources, because two may have the same name or none.
  const numbered = lacking.map(({ text }, number) => ({ file: String(number), text }))
  const library = await readRulesInSteps([...numbered, ...standIns(lacking, others)], step)
  const documents = documentsOf(library)
  return [
    ...found,
    ...lacking.map((piece, number) =>
      toRead(
        piece,
        documents.filter(({ text }) => piece.text.includes(text.trimEnd())),
        library.problems.filter(({ file }) => file === String(number)),
      ),
    ),
  ]
}

function documentsOf({ rules, correlations, filters }: RuleLibrary): DocumentHead[] {
  return [...rules, ...correlations, ...filters].map((document) => toHead(canonical(document)))
}

function toRead(
  { file, within, changes }: Piece,
  documents: readonly DocumentHead[],
  problems: readonly Problem[],
): ReadSource {
  const placed = problems.map((problem) => ({ ...problem, file, range: within ?? problem.range }))
  return { file, documents, problems: placed, changes: documents.length === 0 ? [] : changes }
}

/** Splits a file of the seed's rules into one piece per rule. Any other file is one piece. */
function piecesOf({ file, text }: { readonly file: string | null; readonly text: string }): {
  readonly pieces: readonly Piece[]
  readonly refused: readonly ReadSource[]
} {
  const seed = readSeedRules(text)
  if (seed === null) return { pieces: [{ file, text, within: null, changes: [] }], refused: [] }
  return {
    pieces: seed.flatMap(({ id, range, documents, changes }) =>
      documents === null
        ? []
        : [
            {
              file,
              text: documents.join('---\n'),
              within: range,
              changes: changes.map((message) => ({ id, message })),
            },
          ],
    ),
    refused: seed.flatMap(({ id, range, refusal }) =>
      refusal === null
        ? []
        : [{ file, documents: [], changes: [], problems: [problemOf({ file, range, ruleId: id, message: refusal })] }],
    ),
  }
}

/** An error that only the server can detect. */
export function problemOf(
  about: Pick<Problem, 'file' | 'ruleId' | 'message'> & Partial<Pick<Problem, 'range' | 'code'>>,
): Problem {
  const range = { line: 1, column: 1, endLine: 1, endColumn: 1 }
  return { range, path: '$', code: 'bad_metadata', severity: 'error', mend: null, ...about }
}
