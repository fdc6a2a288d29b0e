import type { ViewDraft } from './draft.ts'
import { joined, made, slice } from './view-text.ts'
import type { ViewText } from '../match/view.ts'

export interface Request {
  readonly url: ViewText
  readonly method: ViewText | null
  readonly agent: ViewText | null
  /** The program that makes the request. */
  readonly image: ViewText
}

export function addWebViews(draft: ViewDraft, { url, method, agent, image }: Request): void {
  const parts = URL_PARTS.exec(url.text)
  if (parts === null || !draft.affords(url.text.length * 4)) return
  const [whole, scheme = '', authority = '', stem = '', query] = parts
  const start = scheme.length
  const host = hostIn(slice(url, start, start + authority.length))
  if (host.text === '') return
  const stemStart = start + authority.length
  const path = slice(url, stemStart, stemStart + stem.length)
  draft.add(
    { category: 'proxy' },
    {
      'c-uri': url,
      'cs-uri': url,
      'cs-host': host,
      'r-dns': host,
      'c-uri-stem': path,
      'c-uri-query': query === undefined ? null : slice(url, whole.length - query.length, whole.length),
      'c-uri-extension': extensionOf(path),
      'cs-method': method ?? made('GET', url),
      'c-useragent': agent,
    },
  )
  if (!isAddress(host.text))
    draft.add({ product: draft.system, category: 'dns_query' }, { QueryName: host, Image: image })
}

const URL_PARTS = /^([a-z][a-z\d+.-]{0,31}:\/\/)([^/?#\\]*)([^?#]*)(?:\?([^#]*))?/i

/** The host without user name and port. */
function hostIn(authority: ViewText): ViewText {
  const { text } = authority
  const start = text.lastIndexOf('@') + 1
  const bracket = text.charAt(start) === '[' ? text.indexOf(']', start) : -1
  const colon = text.indexOf(':', start)
  if (bracket >= 0) return slice(authority, start + 1, bracket)
  const end = colon < 0 ? text.length : colon
  // A trailing dot does not change the name.
  return slice(authority, start, text.charAt(end - 1) === '.' ? end - 1 : end)
}

/** Returns whether the host is an IP address in any notation, which needs no DNS query. */
const isAddress = (host: string) =>
  host.includes(':') || /^(?:0x[\da-f]+|\d+)(?:\.(?:0x[\da-f]+|\d+)){0,3}$/i.test(host)

function extensionOf(path: ViewText): ViewText | null {
  const { text } = path
  const dot = text.lastIndexOf('.')
  if (dot <= text.lastIndexOf('/') || !/^[a-z\d]{1,16}$/i.test(text.slice(dot + 1))) return null
  return slice(path, dot + 1, text.length)
}

/** The URLs in a text. */
export function urlsIn(source: ViewText): readonly ViewText[] {
  return [...source.text.matchAll(URLS)].slice(0, MAX_URLS).map(({ 0: found, index }) => {
    const length = endOf(found)
    return slice(source, index, index + length)
  })
}

/** Maximum number of URLs taken from one text. */
const MAX_URLS = 64
const URLS = /(?:https?|ftp):\/\/[^\s"'`<>{}|\\^]+/gi

/** The end of the URL without the punctuation of the surrounding sentence. */
function endOf(url: string): number {
  const behind = url.includes('(') ? '.,;:!?]' : '.,;:!?)]'
  let end = url.length
  while (end > 0 && behind.includes(url.charAt(end - 1))) end--
  return end
}

/** Adds the scheme that a program's argument may leave out; null if it is not a URL. */
export function asUrl(word: ViewText, scheme: string): ViewText | null {
  if (/^[a-z][a-z\d+.-]{0,31}:\/\//i.test(word.text)) return word
  const isHost = /^(?:localhost|[\w-]+(?:\.[\w-]+)+|\[[\da-f:.]+\])(?::\d{1,5})?(?:[/?#]|$)/i.test(word.text)
  return isHost ? joined([made(scheme, word), word]) : null
}
