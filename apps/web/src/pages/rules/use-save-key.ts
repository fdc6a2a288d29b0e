import { useEffect, useLayoutEffect, useRef } from 'react'

/** Saves on ⌘S or Ctrl+S anywhere on the page. The editor handles these keys itself. */
export function useSaveKey(save: () => void): void {
  const latest = useRef(save)
  useLayoutEffect(() => {
    latest.current = save
  })
  useEffect(() => {
    const answer = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.altKey || !(event.metaKey || event.ctrlKey)) return
      if (event.key.toLowerCase() !== 's' || document.querySelector('dialog[open]') !== null) return
      event.preventDefault()
      latest.current()
    }
    window.addEventListener('keydown', answer)
    return () => window.removeEventListener('keydown', answer)
  }, [])
}
