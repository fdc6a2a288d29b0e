import { useState } from 'react'
import { Button } from '../../../components/inputs/button.tsx'
import { Field, FieldError } from '../../../components/inputs/field.tsx'
import { useMinute } from '../../../components/time/use-now.ts'
import { setPreference, usePreferences } from '../../../preferences.ts'
import { fromField, toField, zoneLabel } from '../../../time.ts'

/** The texts that `toField` formats; empty if nothing is entered. */
export interface CustomFields {
  readonly from: string
  readonly to: string
}

interface CustomRangeProps {
  readonly given: CustomFields
  readonly onApply: (from: number, to: number) => void
}

export function CustomRange({ given, onApply }: CustomRangeProps) {
  const { zone } = usePreferences()
  const now = useMinute()
  const [fields, setFields] = useState(given)
  const [seen, setSeen] = useState(given)
  if (seen !== given) {
    // Reopened: starts from the current range.
    setSeen(given)
    setFields(given)
  }

  const from = fromField(fields.from)
  const to = fromField(fields.to)
  const problem =
    from === undefined || to === undefined
      ? 'Enter a start and an end.'
      : to <= from
        ? 'The end must be after the start.'
        : undefined

  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        if (from === undefined || to === undefined || problem !== undefined) return
        onApply(from, to)
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
              // Keeps the instants and changes only their format.
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
  )
}
