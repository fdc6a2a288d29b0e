import { LEVELS } from '@sentinelmesh/api/constants'
import { Link } from '@tanstack/react-router'
import { withClause } from '@sentinelmesh/query'
import { type ReactNode, useState } from 'react'
import { Button, buttonClass } from '../../components/inputs/button.tsx'
import { FieldError } from '../../components/inputs/field.tsx'
import type { Level } from '../../components/entry/risk.tsx'
import { Select } from '../../components/inputs/select.tsx'
import { ShownText } from '../../components/text/shown-text.tsx'
import { When } from '../../components/time/when.tsx'
import { counted, exact } from '../../figures.ts'
import { useMay, useSession, whoMay } from '../../shell/session.tsx'
import { useToast } from '../../shell/toast.tsx'
import type { RuleDetail } from './rule-types.ts'
import { useRuleAction } from './use-rule-action.ts'

const MAX_POINTS = 100

interface SettingsTabProps {
  readonly rule: RuleDetail
  readonly onOpen: (id: string) => void
}

/** The rule's level and points in this organization, and its metadata. */
export function SettingsTab({ rule, onOpen }: SettingsTabProps) {
  return (
    <div className="flex max-w-3xl flex-col gap-5 px-5 py-4 max-tablet:px-4">
      {rule.level !== null && <Override key={`${rule.override.level} ${rule.override.points}`} rule={rule} />}
      {rule.kind !== 'filter' && rule.state !== 'loaded_not_run' && <LastDay rule={rule} />}
      {rule.correlations.length > 0 && (
        <Section title="Correlations that use this rule">
          <ul className="flex flex-col items-start">
            {rule.correlations.map(({ id, title }) => (
              <li key={id}>
                <button
                  type="button"
                  className="min-h-6 text-left text-body text-accent hover:underline"
                  onClick={() => onOpen(id)}
                >
                  <ShownText text={title} />
                </button>
              </li>
            ))}
          </ul>
        </Section>
      )}
      <Section title="About this rule">
        <Facts rule={rule} />
      </Section>
    </div>
  )
}

function LastDay({ rule }: { readonly rule: RuleDetail }) {
  const { slug } = useSession()
  return (
    <Section title="Last 24 hours">
      <p className="flex flex-wrap items-center gap-3 text-body">
        {counted(rule.matches_24h, 'entry matched', 'entries matched')}
        {rule.last_match_at !== null && (
          <span className="text-ink-2">
            last <When at={rule.last_match_at} />
          </span>
        )}
        <Link
          to="/o/$org/logs"
          params={{ org: slug }}
          search={{ range: '24h', q: withClause('', 'rule', rule.id) }}
          className={buttonClass()}
        >
          Show in Logs
        </Link>
      </p>
    </Section>
  )
}

type LevelValue = Level | 'own'

function Override({ rule }: { readonly rule: RuleDetail }) {
  const { client } = useSession()
  const toast = useToast()
  const mayWrite = useMay('rules.write')
  const save = useRuleAction(client.rules.override.mutate, 'The level was not changed')
  const [level, setLevel] = useState<LevelValue>(rule.override.level ?? 'own')
  const [points, setPoints] = useState(rule.override.points === null ? '' : String(rule.override.points))
  const wrong = points !== '' && !(/^\d+$/.test(points) && Number(points) <= MAX_POINTS)
  const wanted = { level: level === 'own' ? null : level, points: points === '' ? null : Number(points) }
  const same = wanted.level === rule.override.level && wanted.points === rule.override.points
  const own = `${rule.level ?? 'none'}, ${exact(rule.points ?? 0)} points`
  const options: readonly { value: LevelValue; text: string }[] = [
    { value: 'own', text: `Rule default (${rule.level ?? 'none'})` },
    ...LEVELS.toReversed().map((value) => ({ value, text: value.charAt(0).toUpperCase() + value.slice(1) })),
  ]
  const store = async (input: { level: Level | null; points: number | null }) => {
    const done = await save.run({ id: rule.id, ...input })
    if (done !== undefined) toast('Saved. It applies to new matches; stored ones do not change')
  }
  return (
    <Section title="Level and points">
      <p className="mb-2.5 text-body text-ink-2">
        The rule sets {own}.{' '}
        {rule.overridden
          ? `This organization uses ${rule.effective_level ?? 'none'}, ${exact(rule.effective_points ?? 0)} points.`
          : 'This organization does not override it.'}
      </p>
      <form
        className="flex flex-wrap items-end gap-3"
        onSubmit={(event) => {
          event.preventDefault()
          if (!wrong && !same && !save.busy) void store(wanted)
        }}
      >
        <div>
          <p aria-hidden="true" className="mb-1 text-small font-medium">
            Level
          </p>
          <Select<LevelValue>
            label="Level for this organization"
            value={level}
            options={options}
            disabled={!mayWrite}
            className="w-56"
            onChange={setLevel}
          />
        </div>
        <label className="block">
          <span className="mb-1 block text-small font-medium">Points, 0–{MAX_POINTS}</span>
          <input
            inputMode="numeric"
            className="block h-8.5 w-36 rounded-control border border-control bg-surface px-2.5 text-small tabular-nums placeholder:text-ink-3 disabled:opacity-45 coarse:h-11"
            placeholder={level === 'own' ? `${exact(rule.points ?? 0)}, rule default` : 'Level default'}
            value={points}
            disabled={!mayWrite}
            aria-invalid={wrong}
            onChange={(event) => setPoints(event.target.value.trim())}
          />
        </label>
        {mayWrite && (
          <>
            <Button type="submit" look="primary" className="h-8.5" disabled={same || wrong} busy={save.busy}>
              Apply
            </Button>
            {rule.overridden && (
              <Button look="ghost" className="h-8.5" onClick={() => void store({ level: null, points: null })}>
                Reset to rule default
              </Button>
            )}
          </>
        )}
      </form>
      {wrong && <FieldError>{`Enter a whole number from 0 to ${MAX_POINTS}.`}</FieldError>}
      {!mayWrite && <p className="mt-2 text-small text-ink-3">{whoMay('rules.write')} can change this.</p>}
    </Section>
  )
}

function Facts({ rule }: { readonly rule: RuleDetail }) {
  const text = (value: string | null) => (value === null || value === '' ? null : <ShownText text={value} />)
  const list = (values: readonly string[]) =>
    values.length === 0 ? null : (
      <ul>
        {values.map((value) => (
          <li key={value}>
            <ShownText text={value} />
          </li>
        ))}
      </ul>
    )
  const facts: readonly (readonly [string, ReactNode])[] = [
    ['Description', text(rule.description)],
    ['False positives', list(rule.falsepositives)],
    ['Family', text(rule.family)],
    ['Log source', rule.logsource === null ? null : text(Object.values(rule.logsource).filter(Boolean).join(' / '))],
    ['Status', text(rule.status)],
    ['Tags', list(rule.tags)],
    ['Author', text(rule.author)],
    ['License', text(rule.license)],
    ['Date', text([rule.date, rule.modified].filter(Boolean).join(', changed '))],
    // Plain text: URLs of untrusted documents are not linked.
    ['References', list(rule.references)],
    ['File', text(rule.file)],
    [
      'Last changed',
      rule.updated_at === null ? null : (
        <>
          <When at={rule.updated_at} />
          {rule.updated_by !== null && (
            <>
              {' by '}
              <ShownText text={rule.updated_by} />
            </>
          )}
        </>
      ),
    ],
    ['Hash', text(rule.hash)],
  ]
  return (
    <dl className="grid grid-cols-[128px_minmax(0,1fr)] gap-x-3 gap-y-1 text-small">
      {facts.map(
        ([name, value]) =>
          value !== null && (
            <div key={name} className="contents">
              <dt className="text-ink-3">{name}</dt>
              <dd className="min-w-0 break-words whitespace-pre-line">{value}</dd>
            </div>
          ),
      )}
    </dl>
  )
}

export function Section({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section aria-label={title}>
      <h3 className="mb-1.5 text-small font-semibold text-ink-2">{title}</h3>
      {children}
    </section>
  )
}
