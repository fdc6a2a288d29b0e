import { createHash } from 'node:crypto'
import type { RuleDocument } from '@sentinelmesh/rules'

/**
 * The document as stored, without blank lines around it, which depend on the file that contained it. After an export
 * and an import it has the same hash.
 */
export function canonical<Document extends RuleDocument>(document: Document): Document {
  const text = tidyEdges(document.text)
  if (text === document.text) return document
  const hash = createHash('sha256').update(text).digest('hex')
  // A document without an id is identified by its hash.
  return { ...document, text, hash, id: isNameless(document) ? hash.slice(0, document.id.length) : document.id }
}

function tidyEdges(text: string): string {
  return `${text.replace(/^\uFEFF?(?:[ \t]*\r?\n)*/, '').trimEnd()}\n`
}

/** The id if the document has none: derived from the hash, so it changes with the text. */
export const isNameless = ({ id, hash }: RuleDocument) => id === hash.slice(0, id.length) && id.length === 16
