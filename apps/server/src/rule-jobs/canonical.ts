import { createHash } from 'node:crypto'
import type { RuleDocument } from '@sentinelmesh/rules'

/**
 * The document as it is kept: without blank lines around it, which come from how documents stand in a file. Exported and
 * imported again it has the same hash.
 */
export function canonical<Document extends RuleDocument>(document: Document): Document {
  const text = tidyEdges(document.text)
  if (text === document.text) return document
  const hash = createHash('sha256').update(text).digest('hex')
  // One without an id is called by its hash.
  return { ...document, text, hash, id: isNameless(document) ? hash.slice(0, document.id.length) : document.id }
}

function tidyEdges(text: string): string {
  return `${text.replace(/^\uFEFF?(?:[ \t]*\r?\n)*/, '').trimEnd()}\n`
}

/** An id is made of the hash where the document has none: it would be another with each change of the text. */
export const isNameless = ({ id, hash }: RuleDocument) => id === hash.slice(0, id.length) && id.length === 16
