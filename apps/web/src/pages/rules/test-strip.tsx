import { Maximize2, Minimize2 } from 'lucide-react'
import { Tabs } from 'radix-ui'
import { lazy, Suspense, useState } from 'react'
import { IconButton } from '../../components/inputs/button.tsx'
import { cn } from '../../components/layout/class-names.ts'
import { TAB_CLASS } from '../../components/layout/tab-class.ts'
import type { Level } from '../../components/entry/risk.tsx'
import type { Subject } from './subject.ts'
import { TryPanel } from './try-panel.tsx'

/** Loaded when a backtest is opened, because it needs the chart. */
const BacktestPanel = lazy(async () => ({ default: (await import('./backtest-panel.tsx')).BacktestPanel }))

interface TestStripProps {
  readonly subject: Subject
  /** The text has errors or is being checked, so it cannot be tried. */
  readonly broken: boolean
  readonly level: Level
}

const TABS = { try: 'Try on an entry', backtest: 'Backtest' } as const

/** Tests below the rule's text: try it on one entry, or backtest it on stored entries. */
export function TestStrip({ subject, broken, level }: TestStripProps) {
  const [tall, setTall] = useState(false)
  return (
    <Tabs.Root
      defaultValue="try"
      className={cn('flex shrink-0 flex-col border-t border-line', tall ? 'h-[58%]' : 'h-54')}
    >
      <div className="flex shrink-0 items-center border-b border-line pr-3 pl-5">
        <Tabs.List aria-label="Tests of the rule" className="flex gap-4">
          {Object.entries(TABS).map(([name, word]) => (
            <Tabs.Trigger key={name} value={name} className={cn(TAB_CLASS, 'h-8')}>
              {word}
            </Tabs.Trigger>
          ))}
        </Tabs.List>
        <span className="ml-3 text-small text-ink-3">{'text' in subject && 'uses the unsaved text'}</span>
        <IconButton
          icon={tall ? Minimize2 : Maximize2}
          label={tall ? 'Shrink panel' : 'Enlarge panel'}
          className="ml-auto"
          aria-pressed={tall}
          onClick={() => setTall(!tall)}
        />
      </div>
      <Tabs.Content
        value="try"
        forceMount
        className="min-h-0 flex-1 focus-inset data-[state=inactive]:hidden"
        tabIndex={-1}
      >
        <TryPanel subject={subject} broken={broken} />
      </Tabs.Content>
      <Tabs.Content value="backtest" className="relative min-h-0 flex-1 overflow-y-auto focus-inset">
        <Suspense>
          <BacktestPanel subject={subject} broken={broken} level={level} />
        </Suspense>
      </Tabs.Content>
    </Tabs.Root>
  )
}
