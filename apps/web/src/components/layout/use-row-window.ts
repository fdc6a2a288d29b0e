import { type RefObject, useCallback, useSyncExternalStore } from 'react'

/** Rows mounted above and below the view, so that scrolling shows no blank space. */
const OVERSCAN = 12

interface RowWindow {
  /** The rows to mount, in order. */
  readonly indexes: readonly number[]
  /** The last of them without regard to `kept`. */
  readonly last: number
}

/** `top` is the first row in view. `kept` is mounted even if it is out of view; -1 for none. */
export function rowWindow(top: number, inView: number, count: number, kept: number): RowWindow {
  const first = Math.max(0, Math.min(top, count) - OVERSCAN)
  const last = Math.min(count - 1, top + inView + OVERSCAN)
  const indexes = Array.from({ length: Math.max(0, last - first + 1) }, (_, at) => first + at)
  if (kept >= 0 && kept < first) indexes.unshift(kept)
  if (kept > last) indexes.push(kept)
  return { indexes, last }
}

interface RowWindowOptions {
  readonly count: number
  /** CSS pixels; all rows have the same height. */
  readonly height: number
  readonly kept: number
}

/** Mounts only the rows of a long list that are near the view. The scroller's first child is its sticky header. */
export function useRowWindow(
  scroller: RefObject<HTMLElement | null>,
  { count, height, kept }: RowWindowOptions,
): RowWindow & { readonly scrollTo: (index: number) => void } {
  const subscribe = useCallback(
    (changed: () => void) => {
      const element = scroller.current
      if (element === null) return () => undefined
      const observer = new ResizeObserver(changed)
      observer.observe(element)
      element.addEventListener('scroll', changed, { passive: true })
      return () => {
        observer.disconnect()
        element.removeEventListener('scroll', changed)
      }
    },
    [scroller],
  )
  const top = useSyncExternalStore(subscribe, () => Math.floor((scroller.current?.scrollTop ?? 0) / height))
  const inView = useSyncExternalStore(subscribe, () =>
    Math.ceil((scroller.current?.clientHeight ?? window.innerHeight) / height),
  )
  /** Scrolls no further than needed to show the whole row. */
  const scrollTo = useCallback(
    (index: number) => {
      const element = scroller.current
      if (element === null) return
      const header = element.firstElementChild?.getBoundingClientRect().height ?? 0
      const highest = index * height
      const lowest = highest + header + height - element.clientHeight
      element.scrollTo({ top: Math.min(highest, Math.max(lowest, element.scrollTop)) })
    },
    [scroller, height],
  )
  return { ...rowWindow(top, inView, count, kept), scrollTo }
}
