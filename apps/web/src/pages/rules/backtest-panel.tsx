import type { BacktestItem } from '@sentinelmesh/api'
import { Link } from '@tanstack/react-router'
import { lazy, type ReactNode, Suspense, useEffect, useRef, useState } from 'react'
import { Button } from '../../components/inputs/button.tsx'
import type { Bucket } from '../../components/charts/bands.ts'
import { LEVEL_BANDS, type Level } from '../../components/entry/risk.tsx'
import { Select } from '../../components/inputs/select.tsx'
import { ShownText } from '../../components/text/shown-text.tsx'
import { type Fault, toFault } from '../../fault.ts'
import { count, counted, duration, exact, rate, signed } from '../../figures.ts'
import { useMay, useSession, whoMay } from '../../shell/session.tsx'
import { DAY, dayAndMinute } from '../../time.ts'
import type { Subject } from './subject.ts'

const StackedBars = lazy(async () => ({
  default: (await import('../../components/charts/stacked-bars.tsx')).StackedBars,
}))

type Progress = Extract<BacktestItem, { readonly type: 'progress' }>
type Result = Extract<BacktestItem, { readonly type: 'result' }>
type Run =
  | { readonly state: 'idle' }
  | { readonly state: 'running'; readonly progress: Progress | null }
  | { readonly state: 'done'; readonly result: Result; readonly ms: number; readonly subject: Subject }
  | { readonly state: 'cancelled' }
  | { readonly state: 'failed'; readonly fault: Fault }

const SPANS = [
  { value: '1', text: 'Last 24 h' },
  { value: '7', text: 'Last 7 days' },
] as const
type Span = (typeof SPANS)[number]['value']

interface BacktestPanelProps {
  readonly subject: Subject
  readonly broken: boolean
  readonly level: Level
}

/** Runs the rule on stored entries. The server reads them in chunks and reports its progress. */
export function BacktestPanel({ subject, broken, level }: BacktestPanelProps) {
  const { socket } = useSession()
  const may = useMay('rules.backtest')
  const [span, setSpan] = useState<Span>('1')
  const [run, setRun] = useState<Run>({ state: 'idle' })
  const stop = useRef<() => void>(() => undefined)
  useEffect(() => () => stop.current(), [])

  const start = () => {
    stop.current()
    const client = socket.client()
    if (client === undefined) {
      setRun({ state: 'failed', fault: toFault(undefined) })
      return
    }
    setRun({ state: 'running', progress: null })
    const began = Date.now()
    const input = {
      ...subject,
      from: new Date(began - Number(span) * DAY).toISOString(),
      to: new Date(began).toISOString(),
    }
    const running = client.rules.backtest.subscribe(input, {
      onData: (item) => {
        if (item.type === 'progress') setRun({ state: 'running', progress: item })
        else setRun({ state: 'done', result: item, ms: Date.now() - began, subject })
      },
      onError: (error) => setRun({ state: 'failed', fault: toFault(error) }),
      onComplete: () => {
        // If there is no result, the server stopped before the end.
        setRun((old) => (old.state === 'running' ? { state: 'failed', fault: toFault(undefined) } : old))
      },
    })
    stop.current = () => running.unsubscribe()
  }
  const cancel = () => {
    stop.current()
    setRun({ state: 'cancelled' })
  }

  if (!may) return <p className="px-5 py-3 text-body text-ink-2">{whoMay('rules.backtest')} can run a backtest.</p>
  const running = run.state === 'running'
  return (
    <div className="flex flex-col gap-2.5 px-5 py-2.5">
      <div className="flex flex-wrap items-center gap-2.5">
        <Select<Span> label="Backtest range" value={span} options={SPANS} className="w-32" onChange={setSpan} />
        {running ? (
          <Button onClick={cancel}>Cancel</Button>
        ) : (
          <Button look="primary" disabled={broken} onClick={start}>
            {run.state === 'idle' ? 'Run' : 'Run again'}
          </Button>
        )}
        <p role="status" className="text-small text-ink-3">
          {broken && !running ? 'Fix the errors first.' : statusText(run)}
        </p>
      </div>
      {running && (
        <div
          role="progressbar"
          aria-label="Backtest"
          aria-valuemin={0}
          aria-valuemax={100}
          aria-valuenow={Math.round((run.progress?.fraction ?? 0) * 100)}
          className="h-1.5 overflow-hidden rounded-full bg-sunken"
        >
          <div className="h-full bg-accent-solid" style={{ width: `${(run.progress?.fraction ?? 0) * 100}%` }} />
        </div>
      )}
      {run.state === 'failed' && (
        <p role="alert" className="text-body text-danger">
          The backtest failed. <ShownText text={run.fault.message} />
        </p>
      )}
      {run.state === 'done' && !isSame(run.subject, subject) && (
        <p className="text-small text-warn">This result is from before your last change. Run it again.</p>
      )}
      {run.state === 'done' && <Outcome result={run.result} level={level} compared={'text' in run.subject} />}
    </div>
  )
}

const isSame = (one: Subject, other: Subject) =>
  'id' in one ? 'id' in other && one.id === other.id : 'text' in other && one.text === other.text

function statusText(run: Run): string {
  switch (run.state) {
    case 'idle':
      return 'Runs on stored entries and changes nothing.'
    case 'running':
      return run.progress === null
        ? 'Starting…'
        : `${count(run.progress.scanned)} entries read, ${counted(run.progress.matches, 'match', 'matches')} so far`
    case 'done':
      return `${counted(run.result.scanned, 'entry', 'entries')} read in ${duration(run.ms)}`
    case 'cancelled':
      return 'Canceled.'
    case 'failed':
      return ''
  }
}

interface OutcomeProps {
  readonly result: Result
  readonly level: Level
  /** A draft was run, so the outcome is compared with the saved rule. */
  readonly compared: boolean
}

function Outcome({ result, level, compared }: OutcomeProps) {
  const { rules, series, step_ms: stepMs } = result
  const [rule] = rules
  const changed = compared && rules.length === 1 ? rule?.changed : undefined
  const filtered = rules.reduce((sum, each) => sum + each.filtered, 0)
  const band = LEVEL_BANDS[level]
  const buckets = series.map(({ at, matches }): Bucket => ({ ...EMPTY, at, [band]: matches }))
  return (
    <>
      {result.problems.map((problem) => (
        <p key={`${problem.code} ${problem.message}`} className="text-small text-warn">
          <ShownText text={problem.message} />
        </p>
      ))}
      {result.incomplete && (
        <p className="text-small text-warn">
          It stopped at its limit. It covers entries until {dayAndMinute(Date.parse(result.to))}.
        </p>
      )}
      <dl className="flex flex-wrap gap-x-7 gap-y-2">
        <Figure name={counted(result.matches, 'match', 'matches').replace(/^\S+ (?:[KMG] )?/, '')}>
          {exact(result.matches)}
        </Figure>
        <Figure name="alerts per day, estimated">{rate(result.alerts_per_day)}</Figure>
        {filtered > 0 && <Figure name="suppressed by filters">{exact(filtered)}</Figure>}
        {changed !== undefined && changed !== null && (
          <>
            <Figure name="new compared with the saved rule">{changed.new === 0 ? '0' : signed(changed.new)}</Figure>
            <Figure name="no longer matched">{changed.gone === 0 ? '0' : signed(-changed.gone)}</Figure>
            <Figure name="unchanged">{exact(changed.same)}</Figure>
          </>
        )}
      </dl>
      {result.matches > 0 && (
        <>
          <Suspense fallback={<div className="h-30" />}>
            <StackedBars
              label="Matches over time"
              buckets={buckets}
              stepMs={stepMs}
              from={Date.parse(result.from)}
              to={Date.parse(result.to)}
              bands={[band === 'none' ? 'none' : band]}
              height={120}
              endsNow
            />
          </Suspense>
          {rules.map((each) => (
            <TopValues key={each.rule_id} rule={each} named={rules.length > 1} />
          ))}
        </>
      )}
    </>
  )
}

const EMPTY = { none: 0, low: 0, medium: 0, high: 0, critical: 0 }

function Figure({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div className="flex flex-col-reverse">
      <dt className="text-small text-ink-3">{name}</dt>
      <dd className="text-strong tabular-nums">{children}</dd>
    </div>
  )
}

const FIELD_WORDS = { sender: 'Senders', kind: 'Kinds', session: 'Sessions' } as const

function TopValues({ rule, named }: { readonly rule: Result['rules'][number]; readonly named: boolean }) {
  const { slug } = useSession()
  return (
    <section aria-label={`Matches of ${rule.rule_id}`} className="flex flex-col gap-2">
      {named && (
        <h4 className="text-body font-semibold">
          <ShownText text={rule.title} />{' '}
          <span className="text-ink-3">{counted(rule.matches, 'match', 'matches')}</span>
        </h4>
      )}
      <div className="flex flex-wrap gap-x-8 gap-y-3">
        {(['sender', 'kind', 'session'] as const).map((field) =>
          rule.top[field].length === 0 ? null : (
            <table key={field} className="self-start text-small">
              <thead className="text-left text-micro text-ink-3">
                <tr>
                  <th className="pr-6 font-medium">{FIELD_WORDS[field]}</th>
                  <th className="text-right font-medium">Matches</th>
                </tr>
              </thead>
              <tbody>
                {rule.top[field].map(({ value, matches }) => (
                  <tr key={value}>
                    <td className="max-w-48 truncate pr-6">
                      <ShownText text={value} />
                    </td>
                    <td className="text-right tabular-nums">{exact(matches)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          ),
        )}
      </div>
      {rule.examples.length > 0 && (
        <ul aria-label="Examples" className="text-small">
          {rule.examples.map(({ log_id: id, at, sender, snippet }) => (
            <li key={id} className="flex min-h-6 items-center gap-2">
              <Link
                to="/o/$org/logs"
                params={{ org: slug }}
                search={{ log: id, range: '7d' }}
                className="shrink-0 text-accent tabular-nums hover:underline"
              >
                {dayAndMinute(Date.parse(at))}
              </Link>
              <ShownText text={sender} className="max-w-40 shrink-0 truncate" />
              <ShownText text={snippet} className="mono min-w-0 truncate text-ink-2" />
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}
