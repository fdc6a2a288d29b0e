import { useEffect, useRef } from 'react'
import type { PauseCause } from '../../../live/log-list-machine.ts'

/** Selecting text in a list that moves is hopeless: it stands still meanwhile. */
export function useSelectionPause(
  scroller: { readonly current: HTMLDivElement | null },
  pause: (cause: PauseCause) => void,
): void {
  const latest = useRef(pause)
  useEffect(() => {
    latest.current = pause
  })
  useEffect(() => {
    const onSelection = () => {
      const selection = window.getSelection()
      if (selection === null || selection.isCollapsed || selection.anchorNode === null) return
      if (scroller.current?.contains(selection.anchorNode) === true) latest.current('text selection')
    }
    document.addEventListener('selectionchange', onSelection)
    return () => document.removeEventListener('selectionchange', onSelection)
  }, [scroller])
}
