import { joined, made, slice } from './view-text.ts'
import type { System } from '../entry.ts'
import type { ViewText } from '../match/view.ts'

export const isAbsolute = (path: string, system: System) =>
  system === 'windows' ? /^(?:[A-Za-z]:|[\\/])/.test(path) : path.startsWith('/')

/** Resolves a relative path in the directory. A path that only a shell could resolve is unchanged. */
export function within(directory: ViewText, path: ViewText, system: System): ViewText {
  if (/^[~$`]/.test(path.text)) return path
  const parent = made(directory.text + separatorOf(system), path)
  return tidied(joined([parent, path]), system)
}

const separatorOf = (system: System) => (system === 'windows' ? '\\' : '/')

/** Removes `.`, `..` and repeated separators. */
export function tidied(path: ViewText, system: System): ViewText {
  const { text } = path
  const windows = system === 'windows'
  if (!(windows ? /[\\/](?:\.{0,2}(?:[\\/]|$))|\// : /\/(?:\.{0,2}(?:\/|$))/).test(text)) return path
  const isSeparator = (at: number) => text.charAt(at) === '/' || (windows && text.charAt(at) === '\\')
  const kept: { readonly start: number; readonly end: number }[] = []
  for (let start = 0, at = 0; at <= text.length; at++) {
    if (at < text.length && !isSeparator(at)) continue
    const part = text.slice(start, at)
    if (part === '..') {
      if (kept.length > (windows ? 1 : 0)) kept.pop()
    } else if (part !== '' && part !== '.') kept.push({ start, end: at })
    start = at + 1
  }
  if (kept.length === 0) return path
  const between = made(separatorOf(system), path)
  const parts = kept.flatMap(({ start, end }, index) => {
    const part = slice(path, start, end)
    return index === 0 && windows ? [part] : [between, part]
  })
  return joined(parts)
}
