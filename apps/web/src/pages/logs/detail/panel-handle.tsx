import { type KeyboardEvent, type PointerEvent, useRef } from 'react'
import { clampPanel, PANEL_WIDTH, setPreference, usePreferences } from '../../../preferences.ts'

const STEP_PX = 16

/** Resizes the panel by its left edge, with the pointer or the arrow keys. The width is remembered. */
export function PanelHandle() {
  const { panelWidth } = usePreferences()
  const drag = useRef<{ readonly x: number; readonly width: number } | null>(null)

  function onKeyDown(event: KeyboardEvent) {
    const step = { ArrowLeft: STEP_PX, ArrowRight: -STEP_PX }[event.key]
    const width =
      event.key === 'Home'
        ? PANEL_WIDTH.max
        : event.key === 'End'
          ? PANEL_WIDTH.min
          : step === undefined
            ? undefined
            : panelWidth + step
    if (width === undefined) return
    event.preventDefault()
    event.stopPropagation()
    setPreference('panelWidth', clampPanel(width))
  }

  return (
    <div
      role="separator"
      aria-orientation="vertical"
      aria-label="Width of the panel"
      aria-valuenow={panelWidth}
      aria-valuemin={PANEL_WIDTH.min}
      aria-valuemax={PANEL_WIDTH.max}
      // A movable separator is focusable like a slider (ARIA 1.2).
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      data-own-keys
      className="absolute inset-y-0 -left-1 z-10 w-2 cursor-col-resize touch-none max-desktop:hidden"
      onKeyDown={onKeyDown}
      onPointerDown={(event: PointerEvent<HTMLDivElement>) => {
        drag.current = { x: event.clientX, width: panelWidth }
        event.currentTarget.setPointerCapture(event.pointerId)
      }}
      onPointerMove={(event) => {
        if (drag.current !== null)
          setPreference('panelWidth', clampPanel(drag.current.width + drag.current.x - event.clientX))
      }}
      onPointerUp={() => {
        drag.current = null
      }}
    />
  )
}
