import type { ViewDraft } from './draft.ts'
import { isAbsolute, tidied, within } from './paths.ts'
import { joined, made, slice } from './view-text.ts'
import type { ViewText } from '../match/view.ts'

export type FileAction = 'file_access' | 'file_event' | 'file_change' | 'file_delete'

export interface FileTouched {
  readonly action: FileAction
  readonly path: ViewText
  readonly image: ViewText
  readonly contents: readonly ViewText[]
}

export function addFileView(draft: ViewDraft, { action, path, image, contents }: FileTouched): void {
  const names = spellings(path, draft)
  if (!draft.affords(contents.reduce((sum, { text }) => sum + text.length, path.text.length))) return
  draft.add(
    { product: draft.system, category: action },
    {
      TargetFilename: names,
      FileName: action === 'file_access' ? names : null,
      Image: image,
      Contents: contents,
    },
  )
}

/** The resolved path, and also the path as written if it is absolute or begins with `~`. */
function spellings(path: ViewText, { system, directory, home }: ViewDraft): readonly ViewText[] {
  const { text } = path
  const tilde = system === 'windows' ? null : /^(?:~|\$HOME|\$\{HOME\})(?=\/|$)/.exec(text)
  if (tilde !== null) {
    if (home === null) return [path]
    const rest = slice(path, tilde[0].length, text.length)
    return distinct([path, tidied(joined([made(home, slice(path, 0, tilde[0].length)), rest]), system)])
  }
  if (isAbsolute(text, system)) return distinct([path, tidied(path, system)])
  return [directory === null ? path : within(directory, path, system)]
}

const distinct = ([first, second]: readonly [ViewText, ViewText]) =>
  first.text === second.text ? [first] : [first, second]
