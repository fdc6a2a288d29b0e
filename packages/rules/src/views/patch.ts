import type { FileTouched } from './file-views.ts'
import { made, slice, spaced, trimmed } from './view-text.ts'
import type { ViewText } from '../match/view.ts'

type Patched = Omit<FileTouched, 'image'>

const ACTIONS = { Add: 'file_event', Update: 'file_change', Delete: 'file_delete' } as const
const HEADER = /^\*\*\* (?:(Add|Update|Delete) File|Move (to)): *(.+)$/

/** Parses a patch in Codex's format: `*** Add File: PATH`, then lines that begin with `+`, `-` or a space. */
export function patchedFiles(patch: ViewText): readonly Patched[] {
  const { text } = patch
  const files: (Patched & { contents: ViewText[] })[] = []
  for (let start = 0; start < text.length;) {
    const found = text.indexOf('\n', start)
    const end = found < 0 ? text.length : found
    const last = files.at(-1)
    if (text.startsWith('*** ', start)) {
      const [whole, action, moved, path = ''] = HEADER.exec(text.slice(start, end).trimEnd()) ?? []
      if (whole !== undefined) {
        const at = start + whole.length - path.length
        const named = trimmed(slice(patch, at, start + whole.length))
        // `Move to` writes the same lines to another file.
        const done = moved === undefined ? ACTIONS[action as keyof typeof ACTIONS] : 'file_event'
        files.push({ action: done, path: named, contents: [] })
      }
    } else if (text.startsWith('+', start) && last !== undefined)
      last.contents.push(slice(patch, start + 1, text.charAt(end - 1) === '\r' ? end - 1 : end))
    start = end + 1
  }
  return files.map((file) => ({
    ...file,
    contents: file.contents.length === 0 ? [] : [spaced(file.contents, LINE_BREAK)],
  }))
}

const LINE_BREAK = made('\n', null)
