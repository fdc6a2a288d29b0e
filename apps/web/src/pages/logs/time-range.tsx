import { Clock } from 'lucide-react'
import { useEffect, useId, useRef, useState } from 'react'
import { Button } from '../../components/button.tsx'
import { cn } from '../../components/class-names.ts'
import { Field, FieldError } from '../../components/field.tsx'
import { RangeButtons, SEGMENT } from '../../components/range-buttons.tsx'
import type { RangeName } from '../../components/ranges.ts'
import { useMinute } from '../../components/use-now.ts'
import { setPreference, usePreferences } from '../../preferences.ts'
import { fromField, span, toField, zoneLabel } from '../../time.ts'
import { windowAt, type LogsView } from './logs-search.ts'

interface TimeRangeProps {
  readonly view: LogsView
  readonly onRange: (range: RangeName) => void
  readonly onWindow: (from: number, to: number) => void
}

export function TimeRange({ view, onRange, onWindow }: TimeRangeProps) {
  const { zone } = usePreferences()
  const now = useMinute()
  const popup = useRef<HTMLDivElement>(null)
  const button = useRef<HTMLButtonElement>(null)
  const id = useId()
  const [open, setOpen] = useState(false)
  const [fields, setFields] = useState({ from: '', to: '' })
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

  const from = fromField(fields.from)
  const to = fromField(fields.to)
  const problem =
    from === undefined || to === undefined
      ? 'Enter a start and an end.'
      : to <= from
        ? 'End is before start.'
        : undefined

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
        <form
          noValidate
          onSubmit={(event) => {
            event.preventDefault()
            if (from === undefined || to === undefined || problem !== undefined) return
            popup.current?.hidePopover()
            onWindow(from, to)
          }}
        >
          <Field
            label="From"
            type="datetime-local"
            step={1}
            value={fields.from}
            onChange={(event) => setFields({ ...fields, from: event.target.value })}
          />
          <Field
            label="To"
            type="datetime-local"
            step={1}
            className="mt-3"
            value={fields.to}
            onChange={(event) => setFields({ ...fields, to: event.target.value })}
          />
          {problem !== undefined && <FieldError>{problem}</FieldError>}
          <div className="mt-3.5 flex items-center justify-between gap-3">
            <label className="flex min-h-6 items-center gap-2 text-small text-ink-2">
              <input
                type="checkbox"
                className="size-4 accent-accent-solid"
                checked={zone === 'utc'}
                onChange={(event) => {
                  // The instants stay; only how they are written changes.
                  const instants = { from, to }
                  setPreference('zone', event.target.checked ? 'utc' : 'local')
                  setFields({
                    from: instants.from === undefined ? '' : toField(instants.from),
                    to: instants.to === undefined ? '' : toField(instants.to),
                  })
                }}
              />
              Show UTC
            </label>
            <span className="text-small text-ink-3">{zoneLabel(now)}</span>
            <Button type="submit" look="primary" disabled={problem !== undefined}>
              Apply
            </Button>
          </div>
        </form>
      </div>
    </>
  )
}
