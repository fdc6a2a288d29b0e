import { useEffect, useState, useSyncExternalStore } from 'react'
import { RANGES } from '../../../components/time/ranges.ts'
import { browserClock } from '../../../live/clock.ts'
import { createLogList, type LogList, type LogListState } from '../../../live/log-list.ts'
import { useSession } from '../../../shell/session.tsx'
import { isLive, type LogsView } from '../logs-search.ts'

interface Shown {
  readonly list: LogList
  readonly state: LogListState
  /** `state` belongs to the previous query, because the answer to this one has not arrived. */
  readonly stale: boolean
}

const never = () => () => undefined
const nothing = () => undefined

/** The list for the query in the URL. Each query creates a new list; the previous rows stay until its first answer. */
export function useLogList(view: LogsView, readable: boolean): Shown | undefined {
  const { client, socket, onSignedOut } = useSession()
  const [lists, setLists] = useState<{ readonly now: LogList; readonly before: LogListState | undefined }>()
  const { q, range, from, to } = view

  useEffect(() => {
    if (!readable) return
    const list = createLogList({
      client,
      socket,
      clock: browserClock,
      onSignedOut,
      q,
      from,
      to,
      moving: range === undefined ? null : RANGES[range].ms,
      live: isLive({ q, range, from, to, problems: [] }, Date.now()),
    })
    // The list lives outside React: it holds a subscription, so the effect creates and closes it.
    // oxlint-disable-next-line react/set-state-in-effect
    setLists((old) => ({ now: list, before: old?.now.state() }))
    return () => list.close()
  }, [client, socket, onSignedOut, readable, q, range, from, to])

  const state = useSyncExternalStore(lists?.now.watch ?? never, lists?.now.state ?? nothing)
  if (lists === undefined || state === undefined || !readable) return undefined
  const stale = state.first === 'loading' && lists.before?.first === 'ready'
  return { list: lists.now, state: stale && lists.before !== undefined ? lists.before : state, stale }
}
