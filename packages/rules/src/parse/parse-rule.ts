import { splitDocuments, START } from './yaml/documents.ts'
import { checkOwnModifiers } from './values/modifiers.ts'
import { readDocument } from './read-document.ts'
import { startReading, type ReadOptions } from './reading.ts'
import { RuleError } from './rule-error.ts'
import type { Rule } from './rule.ts'

/**
 * Reads one Sigma rule. Throws `RuleError`, with its place, for the first part that is invalid or unsupported: a rule
 * that loads is fully supported. `readRules` reports all errors, and also accepts other kinds of documents.
 */
export function parseRule(text: string, options: ReadOptions = {}): Rule {
  checkOwnModifiers(options.modifiers)
  const [document, second] = splitDocuments(text)
  if (document === undefined) throw new RuleError('not_a_map', START, 'There is no rule in this text.')
  const reading = startReading(document, options)
  if (second !== undefined)
    throw reading.error(
      'several_documents',
      { span: { start: second.offset, end: second.offset }, path: '$' },
      'One text holds one rule.',
    )
  const {
    content,
    reading: { findings },
  } = readDocument(document, options)
  const found = findings.find(({ severity }) => severity === 'error')
  if (found?.severity === 'error') throw new RuleError(found.code, found.range, found.message, found.path, found.mend)
  if (content?.kind !== 'rule')
    throw new RuleError('document_unsupported', START, `A ${content?.kind ?? 'document without a kind'} is no rule.`)
  return content
}
