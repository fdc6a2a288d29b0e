import { newViewDraft } from './draft.ts'
import { secretViews } from './secret-views.ts'
import { systemOf } from './system.ts'
import { entryFields, readToolCall } from './tool-call.ts'
import { addToolViews } from './tools.ts'
import { toldViews } from './told-views.ts'
import { wordingViews } from './wording-views.ts'
import type { Entry } from '../entry.ts'
import type { View, ViewList } from '../match/view.ts'
import type { Suspicion } from '../redact/entry-secrets.ts'

/**
 * Derives events of SigmaHQ's log sources from a tool call: a process for the whole command and for each program in it,
 * files, requests, and SQL statements. A text has views of what it says to a model, and a definition has
 * views of the commands that it tells an agent to run. Each secret in the payload has a view, too. Never throws. If an
 * entry exceeds the limits, the list is marked incomplete and has what was read.
 */
export function viewsOf(entry: Entry, suspicion?: Suspicion): ViewList {
  const views = maskedViewsOf(entry)
  const secrets = suspicion === undefined ? [] : secretViews(entry, suspicion, views.length)
  return secrets.length === 0 ? views : listOf([...views, ...secrets], views)
}

/** Like `viewsOf`, for an entry as it is stored. Its secrets are masked, so that it has no views of them. */
export function maskedViewsOf(entry: Entry): ViewList {
  if (entry.kind === 'system') return NO_VIEWS
  if (entry.kind !== 'tool_call') {
    const wording = wordingViews(entry)
    const told = entry.kind === 'tool_definition' ? toldViews(entry, wording.length) : []
    return listOf([...wording, ...told], { incomplete: null, systemAssumed: false })
  }
  const call = readToolCall(entry)
  if (call === null) return UNREADABLE
  const system = entry.system ?? systemOf(call)
  const draft = newViewDraft(call, system ?? 'linux', entryFields(entry))
  addToolViews(draft)
  draft.markIncomplete()
  return listOf(draft.views, { incomplete: draft.work.incomplete, systemAssumed: system === null })
}

const listOf = (
  views: readonly View[],
  { incomplete, systemAssumed }: Omit<ViewList, keyof (readonly View[])>,
): ViewList => Object.assign([...views], { incomplete, systemAssumed })

const NO_VIEWS = listOf([], { incomplete: null, systemAssumed: false })
const UNREADABLE = listOf([], { incomplete: 'unreadable', systemAssumed: false })
