import { newDrafting } from './draft.ts'
import { systemOf } from './system.ts'
import { readToolCall } from './tool-call.ts'
import { addToolViews } from './tools.ts'
import type { Entry } from '../entry.ts'
import type { View, ViewList } from '../match/view.ts'

/**
 * What a tool call does, as events of the log sources that SigmaHQ's rules are for: a process for the whole command and
 * for each program in it, files, requests, statements. Other entries have none. Never throws; where an entry is more than
 * can be read within the limits, the list says so and has what was read.
 */
export function viewsOf(entry: Entry): ViewList {
  if (entry.kind !== 'tool_call') return NO_VIEWS
  const call = readToolCall(entry)
  if (call === null) return UNREADABLE
  const system = entry.system ?? systemOf(call)
  const drafting = newDrafting(call, system ?? 'linux')
  addToolViews(drafting)
  drafting.tellIncomplete()
  return listOf(drafting.views, { incomplete: drafting.work.incomplete, systemAssumed: system === null })
}

const listOf = (views: readonly View[], more: Pick<ViewList, 'incomplete' | 'systemAssumed'>): ViewList =>
  Object.assign([...views], more)

const NO_VIEWS = listOf([], { incomplete: null, systemAssumed: false })
const UNREADABLE = listOf([], { incomplete: 'unreadable', systemAssumed: false })
