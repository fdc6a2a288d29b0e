import { createHmac } from 'node:crypto'
import { LIMITS } from '@sentinelmesh/api/constants'
import type { Kind, Payload } from '@sentinelmesh/rules'
import { scan, stringAt } from '@sentinelmesh/text/json-text'

export interface Identified {
  readonly kind: Kind
  /** Which occurrence it is: see `anchorOf`. */
  readonly anchor: string
  /** As received: neither redacted nor cut. */
  readonly payload: Payload
}

/** Nobody without the key can aim at an HMAC, so this many bytes are enough to distinguish entries. */
const ID_BYTES = 16

/**
 * The same for every report of one kind, anchor and payload, whichever client sends it and whatever else it contains. The
 * payload counts, because a model chooses its call ids: one that is used again must not hide a second, different call.
 */
export function computedId(key: Uint8Array, { kind, anchor, payload }: Identified): Uint8Array {
  const parts = ['computed id v1', kind, anchor, payload.type, canonical(payload)]
  return createHmac('sha256', key).update(JSON.stringify(parts)).digest().subarray(0, ID_BYTES)
}

/** Longer texts are hashed as they were sent, because sorting their keys would block the event loop. */
function canonical({ type, text }: Payload): string {
  return type === 'text' || text.length > LIMITS.payloadBytes ? text : canonicalJson(text)
}

interface Container {
  readonly array: boolean
  readonly members: { readonly name: string; readonly text: string }[]
  /** Of the member whose value comes next. */
  name: string
}

/**
 * JSON as RFC 8785 writes it, so that the same arguments sent in another order, or with other blanks and escapes, are the
 * same. But of equal keys both stay, in their order, and a number that no double holds exactly stays as it is written:
 * nothing that differs becomes the same.
 */
export function canonicalJson(text: string): string {
  const open: Container[] = []
  let root = ''
  const add = (value: string) => {
    const into = open.at(-1)
    if (into === undefined) root = value
    else into.members.push({ name: into.name, text: value })
  }
  scan(text, LIMITS.jsonDepth, {
    open: (array) => void open.push({ array, members: [], name: '' }),
    close() {
      const closed = open.pop()
      if (closed !== undefined) add(closed.array ? arrayText(closed) : objectText(closed))
    },
    key(start, end, escaped) {
      const into = open.at(-1)
      if (into !== undefined) into.name = stringAt(text, start, end, escaped)
    },
    leaf(type, start, end, escaped) {
      if (type === 'string') add(JSON.stringify(stringAt(text, start, end, escaped)))
      else add(type === 'number' ? numberText(text.slice(start, end)) : text.slice(start, end))
    },
  })
  return root
}

function arrayText({ members }: Container): string {
  return `[${members.map(({ text }) => text).join(',')}]`
}

/** By UTF-16 units, as RFC 8785 sorts; of equal names the sort keeps the order. */
function objectText({ members }: Container): string {
  const sorted = members.toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
  return `{${sorted.map(({ name, text }) => `${JSON.stringify(name)}:${text}`).join(',')}}`
}

/** Up to this many digits, distinct decimal numbers have distinct doubles. */
const EXACT_DIGITS = 15

function numberText(written: string): string {
  const digits = written
    .replace(/[eE].*$/, '')
    .replaceAll(/[^\d]/g, '')
    .replace(/^0+/, '')
  const value = Number(written)
  const isExact = digits.length <= EXACT_DIGITS && Number.isFinite(value) && (value !== 0 || digits === '')
  return isExact ? JSON.stringify(value) : written
}
