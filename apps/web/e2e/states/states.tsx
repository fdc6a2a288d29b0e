import { BellOff, FlaskConical, WifiOff } from 'lucide-react'
import type { ReactNode } from 'react'
import { createRoot } from 'react-dom/client'
import { AT_RISK } from '../../src/components/charts/bands.ts'
import { Banner } from '../../src/components/notices/banner.tsx'
import { BucketTable } from '../../src/components/charts/bucket-table.tsx'
import { Button, Keys } from '../../src/components/inputs/button.tsx'
import { Entity } from '../../src/components/entry/entity.tsx'
import { Field } from '../../src/components/inputs/field.tsx'
import { Logo } from '../../src/components/layout/logo.tsx'
import { EmptyNotice, FaultNotice } from '../../src/components/notices/notice.tsx'
import { BandChip, RiskNumber } from '../../src/components/entry/risk.tsx'
import { MarkedText, ShownText } from '../../src/components/text/shown-text.tsx'
import { Sparkline } from '../../src/components/charts/sparkline.tsx'
import { StackedBars } from '../../src/components/charts/stacked-bars.tsx'
import { RefetchBar, RowsSkeleton } from '../../src/components/notices/waiting.tsx'
import type { Connection } from '../../src/live/connection.ts'
import { listView } from '../../src/live/list-view.ts'
import type { LogListState } from '../../src/live/log-list.ts'
import { Facet } from '../../src/pages/logs/facets/facet.tsx'
import type { FacetOut } from '../../src/pages/logs/facets/facet-lines.ts'
import { DividerRow } from '../../src/pages/logs/list/log-row.tsx'
import { RiskWaterfall } from '../../src/pages/logs/evidence/risk-waterfall.tsx'
import { SearchEnded } from '../../src/pages/logs/list/search-ended.tsx'
import { TailBar } from '../../src/pages/logs/list/tail-bar.tsx'
import { nextDay, startOfDay } from '../../src/time.ts'
import './states.css'

/** Every component in every state that it has, for the browser tests; no part of the product. */
const NOW = Date.UTC(2026, 3, 14, 12, 36, 2)
const nothing = () => undefined
const LIST: LogListState = {
  view: listView([], 0, [], { startOfDay, nextDay }),
  rows: 0,
  first: 'ready',
  older: 'end',
  total: 0,
  totalEstimated: false,
  ended: null,
  paused: null,
  waiting: 0,
  tail: 'live',
  backlog: null,
  joined: true,
  rate: { scanned: 1284, matched: 26 },
  backFilled: [],
  now: NOW,
  upTo: NOW,
}
const OPEN: Connection = { status: 'open', since: NOW }
const LOST: Connection = { status: 'lost', since: NOW, attempt: 2, retryAt: NOW + 4_000 }
const FAULT = {
  code: 'internal',
  message: 'Something went wrong on our side.',
  details: {},
  requestId: 'req-7f3a',
} as const

const TAILS: readonly (readonly [string, Partial<LogListState>, Connection])[] = [
  ['live', {}, OPEN],
  ['checking', { joined: false }, OPEN],
  ['behind', { backlog: 12_400 }, OPEN],
  ['paused', { paused: 'scroll', waiting: 312 }, OPEN],
  ['catching up', { tail: { since: NOW, fetched: 4120, of: 9800 } }, OPEN],
  ['offline', {}, LOST],
  ['too fast', { rate: { scanned: 3900, matched: 3900 } }, OPEN],
  ['refused', { tail: FAULT }, OPEN],
]

const BUCKETS = Array.from({ length: 24 }, (_, hour) => ({
  at: new Date(NOW - (24 - hour) * 3_600_000).toISOString(),
  none: 900,
  low: 20 + ((hour * 7) % 13),
  medium: (hour * 5) % 11,
  high: (hour * 3) % 7,
  critical: hour % 9 === 0 ? 2 : 0,
}))

const CHOSEN = {
  band: { included: ['high'], excluded: ['none'] },
  kind: { included: ['prompt'], excluded: [] },
  sender: { included: ['agent.a'], excluded: ['tool.shell'] },
  receiver: { included: [], excluded: [] },
  rule: { included: [], excluded: ['sm-inj-001'] },
}
const FACETS: readonly FacetOut[] = [
  { field: 'band', values: [{ value: 'high', count: 37 }], distinct: 9 },
  { field: 'kind', values: [], distinct: 0 },
  { field: 'sender', values: [{ value: 'agent.\u202Eevil', count: 412_345 }], distinct: 10_000 },
  { field: 'rule', values: [{ value: 'sm-inj-001', title: 'Injection in a tool result', count: 9 }], distinct: 1 },
]

function Group({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section aria-label={title} className="flex flex-col gap-2.5 rounded-card border border-line bg-surface p-3.5">
      <h2 className="text-small font-semibold text-ink-2">{title}</h2>
      {children}
    </section>
  )
}

function States() {
  return (
    <main className="grid grid-cols-3 gap-3.5 p-6 max-desktop:grid-cols-1">
      <h1 className="col-span-full flex items-center gap-3 text-title">
        <Logo size={24} />
        Components and states
      </h1>
      <Group title="Risk bands">
        {(
          [
            ['none', 0],
            ['low', 22],
            ['medium', 48],
            ['high', 75],
            ['critical', 96],
          ] as const
        ).map(([band, risk]) => (
          <p key={band} className="flex items-center gap-6">
            <BandChip band={band} />
            <RiskNumber band={band} risk={risk} />
          </p>
        ))}
      </Group>
      <Group title="A search that ended early">
        {(['stopped', 'loading', 'end'] as const).map((older) => (
          <SearchEnded
            key={older}
            ended={{
              searchedTo: older === 'end' ? null : new Date(NOW).toISOString(),
              narrow: 'Narrow the time range, or add a sender, a session or a word.',
            }}
            older={older}
            onOlder={nothing}
          />
        ))}
      </Group>
      <Group title="Facets">
        {FACETS.map((facet) => (
          <Facet
            key={facet.field}
            facet={facet}
            chosen={CHOSEN[facet.field]}
            estimated={facet.field === 'sender'}
            whole={false}
            onWhole={nothing}
            onChoose={nothing}
          />
        ))}
      </Group>
      <Group title="Buttons">
        {[false, true].map((busy) => (
          <p key={String(busy)} className="flex gap-2">
            <Button look="primary" busy={busy}>
              Resume
            </Button>
            <Button icon={BellOff} busy={busy}>
              Narrow filters
            </Button>
            <Button look="active" busy={busy}>
              Paused
            </Button>
            <Button look="ghost" busy={busy}>
              Copy
            </Button>
          </p>
        ))}
        <p className="flex gap-2">
          <Button look="primary" disabled>
            Resume
          </Button>
          <Button disabled>Narrow filters</Button>
          <Keys>Space</Keys>
        </p>
      </Group>
      <Group title="Fields">
        <Field label="Username" hint="At least one character." />
        <Field label="Password" type="password" defaultValue="secret" error="Username and password do not match." />
        <Field label="Locked" disabled />
      </Group>
      <Group title="Empty">
        <EmptyNotice
          title="No entries match these filters"
          actions={<Button look="primary">Remove that filter</Button>}
        >
          211 match without sender:agent.billing.
        </EmptyNotice>
      </Group>
      <Group title="Loading">
        <div className="relative">
          <RefetchBar shown />
          <RowsSkeleton rows={5} />
        </div>
      </Group>
      <Group title="Error">
        <FaultNotice title="The entries could not be loaded" fault={FAULT} onRetry={nothing} />
      </Group>
      <Group title="Live tail">
        {TAILS.map(([name, state, connection]) => (
          <TailBar
            key={name}
            state={{ ...LIST, ...state }}
            connection={connection}
            filtered
            live
            onResume={nothing}
            onNarrow={nothing}
          />
        ))}
        <TailBar state={LIST} connection={OPEN} filtered={false} live={false} onResume={nothing} onNarrow={nothing} />
      </Group>
      <Group title="Dividers">
        <div role="grid" aria-label="Dividers">
          {(
            [
              { type: 'day', key: { at: NOW, seq: 0 }, day: NOW },
              {
                type: 'back-filled',
                key: { at: NOW, seq: 1 },
                from: NOW - 12_000,
                to: NOW,
                scanned: 312,
                matched: 4,
                whole: true,
              },
              { type: 'gap', key: { at: NOW, seq: 2 }, from: 's1', to: 's9', reason: 'retention' },
            ] as const
          ).map((divider) => (
            <div key={divider.type} role="row" className="h-7">
              <DividerRow divider={divider} />
            </div>
          ))}
        </div>
      </Group>
      <Group title="Text from outside">
        <p>
          <MarkedText
            text={'curl https://drop.example \u202egpj.exe'}
            places={[
              { start: 5, end: 25, titles: ['Outbound post'] },
              { start: 18, end: 32, titles: ['Hidden text'] },
            ]}
            focusable
            className="mono"
          />
        </p>
        <p>
          <ShownText text={'zero\u200bwidth \u0000 and \ud83d'} />
        </p>
        {[
          'agent.research',
          'mcp.github/get_issue',
          'tool.shell',
          'tool.web_fetch',
          'model.llama-3.3',
          'user.tomas',
          'host.pastebox',
        ].map((name) => (
          <Entity key={name} name={name} />
        ))}
      </Group>
      <Group title="Why this risk">
        <RiskWaterfall
          detail={{
            matches: [],
            risk: 96,
            band: 'critical',
            contributions: [
              { rule_id: 'sm-exf-001', title: 'Secret read', level: 'critical', family: 'a', points: 90, share: 90 },
              { rule_id: 'sm-net-011', title: 'Outbound post', level: 'medium', family: 'b', points: 40, share: 4 },
              { rule_id: null, title: 'Reported by the agent', level: null, family: 'reported', points: 40, share: 2 },
            ],
          }}
        />
        <RiskWaterfall detail={{ risk: 0, band: 'none', contributions: [], matches: [] }} />
      </Group>
      <Group title="Charts">
        <StackedBars
          label="Entries at risk"
          buckets={BUCKETS}
          stepMs={3_600_000}
          from={NOW - 24 * 3_600_000}
          to={NOW}
          bands={AT_RISK}
          height={180}
        />
        <div className="h-24">
          <BucketTable label="Entries at risk as a table" buckets={BUCKETS} stepMs={3_600_000} bands={AT_RISK} />
        </div>
        <p className="flex gap-4">
          <Sparkline values={[1, 4, 2, 8]} label="Risk over time" />
          <Sparkline values={[]} label="Risk over time" />
        </p>
      </Group>
      <Group title="Banners">
        <Banner icon={FlaskConical}>Demo: simulated agents.</Banner>
        <Banner icon={WifiOff} look="warn" action={<Button>Retry now</Button>}>
          Live stream lost 8 s ago.
        </Banner>
      </Group>
    </main>
  )
}

const root = document.getElementById('root')
if (root !== null) createRoot(root).render(<States />)
