import { Clock } from 'lucide-react'
import { lazy, Suspense, useEffect, useId, useRef, useState } from 'react'
import { cn } from '../../../components/layout/class-names.ts'
import { RangeButtons, SEGMENT } from '../../../components/inputs/range-buttons.tsx'
import type { RangeName } from '../../../components/time/ranges.ts'
import { span, toField } from '../../../time.ts'
import type { CustomFields } from './custom-range.tsx'
import { windowAt, type LogsView } from '../logs-search.ts'

const CustomRange = lazy(async () => ({ default: (await import('./custom-range.tsx')).CustomRange }))

interface TimeRangeProps {
  readonly view: LogsView
  readonly onRange: (range: RangeName) => void
  readonly onWindow: (from: number, to: number) => void
}

export function TimeRange({ view, onRange, onWindow }: TimeRangeProps) {
  const popup = useRef<HTMLDivElement>(null)
  const button = useRef<HTMLButtonElement>(null)
  const id = useId()
  const [open, setOpen] = useState(false)
  const [fields, setFields] = useState<CustomFields>()
  const fixed = view.range === undefined

  useEffect(() => {
    const element = popup.current
    if (element === null) return
    const onToggle = (event: Event) => setOpen((event as ToggleEvent).newState === 'open')
    element.addEventListener('toggle', onToggle)
    return () => element.removeEventListener('toggle', onToggle)
  }, [])

  function show() {
    const { from, to } = windowAt(view, Date.now())
    setFields({ from: from === null ? '' : toField(from), to: toField(to) })
    const place = button.current?.getBoundingClientRect()
    if (popup.current === null || place === undefined) return
    popup.current.style.top = `${place.bottom + 6}px`
    popup.current.style.right = `${Math.max(8, window.innerWidth - place.right)}px`
    popup.current.togglePopover()
  }

  return (
    <>
      <RangeButtons value={view.range} onChange={onRange}>
        <button
          ref={button}
          type="button"
          aria-expanded={open}
          aria-controls={id}
          aria-pressed={fixed}
          className={cn(SEGMENT, fixed ? 'bg-hover text-ink' : 'text-ink-2 hover:bg-hover hover:text-ink')}
          onClick={show}
        >
          <Clock size={13} strokeWidth={1.75} aria-hidden="true" />
          <span className="max-tablet:sr-only">
            {fixed && view.from !== null && view.to !== null ? span(view.from, view.to) : 'Custom'}
          </span>
        </button>
      </RangeButtons>
      <div
        ref={popup}
        id={id}
        popover="auto"
        role="dialog"
        aria-label="Custom time range"
        className="fixed inset-auto m-0 w-76 rounded-card border border-line bg-raised p-4 text-ink shadow-float"
      >
        {fields !== undefined && (
          <Suspense>
            <CustomRange
              given={fields}
              onApply={(from, to) => {
                popup.current?.hidePopover()
                onWindow(from, to)
              }}
            />
          </Suspense>
        )}
      </div>
    </>
  )
}
