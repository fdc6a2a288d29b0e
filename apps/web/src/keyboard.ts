import { useEffect, useLayoutEffect, useRef, useSyncExternalStore } from 'react'
import { preferences } from './preferences.ts'

/**
 * Keyboard shortcuts. Components register theirs while they are mounted, and the help dialog lists exactly those.
 * Single letters are ignored while the user types, and can be turned off (WCAG 2.1.4).
 */
export interface Binding {
  /** The keys as the page shows them: `g o`, `⇧F`, `Space`, `/`. Two spaces separate alternatives. */
  readonly keys: string
  readonly does: string
  /** Heading in the help dialog. */
  readonly group: string
  readonly run: (event: KeyboardEvent) => void
  /** Part of a short-lived mode: takes precedence over all others, and is left out of the help. */
  readonly mode?: true
  /** Whether the shortcut is active now; always if absent. */
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

/** A focused button or link handles Enter and Space itself; an open menu or dialog handles all keys. */
function isHandledByTarget(event: KeyboardEvent): boolean {
  const target = event.target
  if (!(target instanceof HTMLElement)) return false
  if (target.closest('dialog, [role=dialog], [role=menu], [role=listbox], [data-own-keys]') !== null) return true
  const activates = event.key === 'Enter' || event.key === ' '
  return activates && target.closest('button, a[href], summary, [role=tab], mark') !== null
}

function onKeyDown(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return
  if (isTyping(event.target) || isHandledByTarget(event)) return
  const name = nameOf(event)
  const single = name.length === 1 || name.startsWith('\u21e7')
  if (single && !preferences().singleLetterKeys) return

  const first = prefix !== undefined && prefix.until > Date.now() ? prefix.key : undefined
  prefix = undefined
  const pressed = first === undefined ? name : `${first} ${name}`
  const innermostFirst = [...layers].reverse().flatMap((layer) => layer.bindings())
  const all = [...innermostFirst.filter(({ mode }) => mode), ...innermostFirst.filter(({ mode }) => !mode)]
  const found = all.find(({ keys, when }) => keys.split('  ').includes(pressed) && (when?.() ?? true))
  if (found !== undefined) {
    event.preventDefault()
    found.run(event)
  } else if (all.some(({ keys }) => keys.split('  ').some((key) => key.startsWith(`${name} `)))) {
    prefix = { key: name, until: Date.now() + SEQUENCE_MS }
  }
}

window.addEventListener('keydown', onKeyDown)

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

/** All active shortcuts, those of the page last. */
export function useAllBindings(): readonly Binding[] {
  const shown = useSyncExternalStore((listener) => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }, currentLayers)
  return shown.flatMap((layer) => layer.bindings()).filter(({ mode }) => !mode)
}
