import { useEffect, useLayoutEffect, useRef, useSyncExternalStore } from 'react'
import { preferences } from './preferences.ts'

/**
 * The keys of the page. Components register what they answer to while they are shown; the help dialog lists exactly
 * that. Single letters are off while typing and can be switched off (WCAG 2.1.4).
 */
export interface Binding {
  /** As shown: `g o`, `⇧F`, `Space`, `/`. Several keys for one thing are separated by two blanks. */
  readonly keys: string
  readonly does: string
  /** Where it stands in the help. */
  readonly group: string
  readonly run: (event: KeyboardEvent) => void
  /** Belongs to a mode that is on only for a moment: comes before all others, and the help need not list it. */
  readonly mode?: true
  /** Says whether it applies just now; absent: always. */
  readonly when?: () => boolean
}

type Layer = { readonly bindings: () => readonly Binding[] }
let layers: readonly Layer[] = []
const listeners = new Set<() => void>()
let prefix: { key: string; until: number } | undefined
const SEQUENCE_MS = 1_200

const NAMED: Record<string, string> = {
  ' ': 'Space',
  ArrowDown: '\u2193',
  ArrowUp: '\u2191',
  ArrowLeft: '\u2190',
  ArrowRight: '\u2192',
  Escape: 'Esc',
}

function nameOf(event: KeyboardEvent): string {
  const name = NAMED[event.key] ?? event.key
  return event.shiftKey && /^[A-Za-z]$/.test(name) ? `\u21e7${name.toUpperCase()}` : name
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement)
    return true
  return target instanceof HTMLInputElement && !['checkbox', 'radio', 'button', 'submit'].includes(target.type)
}

/** Enter and Space belong to a button or a link that has the focus; all keys belong to an open menu or dialog. */
function isTaken(event: KeyboardEvent): boolean {
  const target = event.target
  if (!(target instanceof HTMLElement)) return false
  if (target.closest('dialog, [role=dialog], [role=menu], [role=listbox], [data-own-keys]') !== null) return true
  const activates = event.key === 'Enter' || event.key === ' '
  return activates && target.closest('button, a[href], summary, [role=tab], mark') !== null
}

function answer(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return
  if (isTyping(event.target) || isTaken(event)) return
  const name = nameOf(event)
  const single = name.length === 1 || name.startsWith('\u21e7')
  if (single && !preferences().singleLetterKeys) return

  const began = prefix !== undefined && prefix.until > Date.now() ? prefix.key : undefined
  prefix = undefined
  const wanted = began === undefined ? name : `${began} ${name}`
  const every = [...layers].reverse().flatMap((layer) => layer.bindings())
  const all = [...every.filter(({ mode }) => mode), ...every.filter(({ mode }) => !mode)]
  const found = all.find(({ keys, when }) => keys.split('  ').includes(wanted) && (when?.() ?? true))
  if (found !== undefined) {
    event.preventDefault()
    found.run(event)
  } else if (all.some(({ keys }) => keys.split('  ').some((key) => key.startsWith(`${name} `)))) {
    prefix = { key: name, until: Date.now() + SEQUENCE_MS }
  }
}

window.addEventListener('keydown', answer)

export function useKeys(bindings: readonly Binding[]): void {
  const now = useRef(bindings)
  useLayoutEffect(() => {
    now.current = bindings
  })
  useEffect(() => {
    const layer: Layer = { bindings: () => now.current }
    layers = [...layers, layer]
    for (const listener of listeners) listener()
    return () => {
      layers = layers.filter((other) => other !== layer)
      for (const listener of listeners) listener()
    }
  }, [])
}

const currentLayers = () => layers

/** Everything that answers at the moment, the page's own keys last. */
export function useAllBindings(): readonly Binding[] {
  const shown = useSyncExternalStore((listener) => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }, currentLayers)
  return shown.flatMap((layer) => layer.bindings()).filter(({ mode }) => !mode)
}
