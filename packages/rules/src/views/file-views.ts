import type { Drafting } from './draft.ts'
import { joined, made, slice } from './view-text.ts'
import type { ViewText } from '../match/view.ts'

export type FileAction = 'file_access' | 'file_event' | 'file_change' | 'file_delete'

export interface FileTouched {
  readonly action: FileAction
  readonly path: ViewText
  readonly image: ViewText
  readonly contents: readonly ViewText[]
}

export function addFileView(drafting: Drafting, { action, path, image, contents }: FileTouched): void {
  const names = spellings(path, drafting)
  if (!drafting.affords(contents.reduce((sum, { text }) => sum + text.length, path.text.length))) return
  drafting.add(
    { product: drafting.system, category: action },
    {
      TargetFilename: names,
      FileName: action === 'file_access' ? names : null,
      Image: image,
      Contents: contents,
    },
  )
}

/** The path as it is written where it is absolute or has a `~`, and what it comes to. */
function spellings(path: ViewText, { system, directory, home }: Drafting): readonly ViewText[] {
  const windows = system === 'windows'
  const { text } = path
  const tilde = windows ? null : /^(?:~|\$HOME|\$\{HOME\})(?=\/|$)/.exec(text)
  if (tilde !== null) {
    if (home === null) return [path]
    const rest = slice(path, tilde[0].length, text.length)
    return distinct([path, tidied(joined([made(home, slice(path, 0, tilde[0].length)), rest]), '/')])
  }
  const separator = windows ? '\\' : '/'
  if (windows ? /^(?:[A-Za-z]:|[\\/])/.test(text) : text.startsWith('/'))
    return distinct([path, tidied(path, separator)])
  if (directory === null || /^[~$`]/.test(text)) return [path]
  const parent = made(directory.text.replace(/[\\/]+$/, '') + separator, path)
  return [tidied(joined([parent, path]), separator)]
}

const distinct = ([first, second]: readonly [ViewText, ViewText]) =>
  first.text === second.text ? [first] : [first, second]

/** Without `.`, `..` and doubled separators. */
function tidied(path: ViewText, separator: '/' | '\\'): ViewText {
  const { text } = path
  const windows = separator === '\\'
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
  const between = made(separator, path)
  const parts = kept.flatMap(({ start, end }, index) => {
    const part = slice(path, start, end)
    return index === 0 && windows ? [part] : [between, part]
  })
  return joined(parts)
}
