import { useEffect, useRef } from 'react'
import type { PauseCause } from '../../../live/log-list-machine.ts'

/** Pauses the list while text in it is selected, because rows that move cannot be selected. */
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
