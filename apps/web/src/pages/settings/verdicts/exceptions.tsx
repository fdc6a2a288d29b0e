import { LIMITS } from '@sentinelmesh/api/constants'
import { useQuery } from '@tanstack/react-query'
import { X } from 'lucide-react'
import type { ReactNode } from 'react'
import { Button, IconButton } from '../../../components/inputs/button.tsx'
import { Select } from '../../../components/inputs/select.tsx'
import { ShownText } from '../../../components/text/shown-text.tsx'
import { useDebounced } from '../../../components/notices/waiting.tsx'
import { toFault } from '../../../fault.ts'
import { useTRPC } from '../../../trpc.ts'
import { Section } from '../section.tsx'
import { nextRow, type TypedPolicy, type Verdict } from './policy-values.ts'
import { Thresholds } from './thresholds.tsx'

interface ExceptionsProps {
  readonly typed: TypedPolicy
  readonly onChange: (change: Partial<TypedPolicy>) => void
}

const VERDICTS: readonly { readonly value: Verdict; readonly text: string }[] = [
  { value: 'block', text: 'Block' },
  { value: 'ask', text: 'Ask' },
  { value: 'flag', text: 'Flag' },
  { value: 'allow', text: 'Allow' },
]
const DEBOUNCE_MS = 400
const NEVER = { block: '', ask: '', flag: '' }

/** Rules that override the thresholds, and agents with their own thresholds. */
export function Exceptions({ typed: { rules, agents }, onChange }: ExceptionsProps) {
  return (
    <>
      <RuleVerdicts rules={rules} onChange={(changed) => onChange({ rules: changed })} />
      <AgentThresholds agents={agents} onChange={(changed) => onChange({ agents: changed })} />
    </>
  )
}

interface RuleVerdictsProps {
  readonly rules: TypedPolicy['rules']
  readonly onChange: (rules: TypedPolicy['rules']) => void
}

function RuleVerdicts({ rules, onChange }: RuleVerdictsProps) {
  return (
    <Section
      title="Rule overrides"
      about="A match of one of these rules overrides the thresholds. Its points do not count toward them."
    >
      <List
        empty="No overrides."
        add="Add a rule"
        full={rules.length >= LIMITS.verdictRules}
        onAdd={() => onChange([...rules, { row: nextRow(rules), ruleId: '', verdict: 'block' }])}
      >
        {rules.map((rule, index) => (
          <Row key={rule.row} onRemove={() => onChange(rules.filter((_, at) => at !== index))}>
            <Name
              label="Rule ID"
              placeholder="sm-cmd-001"
              value={rule.ruleId}
              maxLength={LIMITS.ruleIdChars}
              onChange={(ruleId) => onChange(rules.with(index, { ...rule, ruleId }))}
            />
            <Select
              label="Verdict"
              value={rule.verdict}
              options={VERDICTS}
              onChange={(verdict) => onChange(rules.with(index, { ...rule, verdict }))}
            />
            <RuleTitle id={rule.ruleId} />
          </Row>
        ))}
      </List>
    </Section>
  )
}

interface AgentThresholdsProps {
  readonly agents: TypedPolicy['agents']
  readonly onChange: (agents: TypedPolicy['agents']) => void
}

function AgentThresholds({ agents, onChange }: AgentThresholdsProps) {
  return (
    <Section
      title="Agent overrides"
      about="Give agents their own thresholds, or turn off their verdicts. Use an exact name, or a prefix followed by *."
    >
      <List
        empty="No overrides."
        add="Add an agent"
        full={agents.length >= LIMITS.verdictAgents}
        onAdd={() => onChange([...agents, { row: nextRow(agents), sender: '', thresholds: NEVER }])}
      >
        {agents.map((agent, index) => (
          <Row key={agent.row} onRemove={() => onChange(agents.filter((_, at) => at !== index))}>
            <Name
              label="Agent"
              placeholder="agent.research"
              value={agent.sender}
              maxLength={LIMITS.senderChars}
              onChange={(sender) => onChange(agents.with(index, { ...agent, sender }))}
            />
            <Select
              label="Verdicts"
              value={agent.thresholds === null ? 'off' : 'own'}
              options={[
                { value: 'own', text: 'Own thresholds' },
                { value: 'off', text: 'No verdicts' },
              ]}
              onChange={(value) =>
                onChange(agents.with(index, { ...agent, thresholds: value === 'off' ? null : NEVER }))
              }
            />
            {agent.thresholds !== null && (
              <Thresholds
                label={`Thresholds for ${agent.sender || 'this agent'}`}
                value={agent.thresholds}
                onChange={(thresholds) => onChange(agents.with(index, { ...agent, thresholds }))}
              />
            )}
          </Row>
        ))}
      </List>
    </Section>
  )
}

interface ListProps {
  readonly empty: string
  readonly add: string
  readonly full: boolean
  readonly onAdd: () => void
  readonly children: readonly ReactNode[]
}

function List({ empty, add, full, onAdd, children }: ListProps) {
  return (
    <div className="rounded-card border border-line bg-surface">
      {children.length === 0 ? <p className="px-4 py-3 text-body text-ink-2">{empty}</p> : <ul>{children}</ul>}
      <div className="border-t border-line px-4 py-2.5">
        <Button disabled={full} onClick={onAdd}>
          {add}
        </Button>
      </div>
    </div>
  )
}

function Row({ onRemove, children }: { readonly onRemove: () => void; readonly children: ReactNode }) {
  return (
    <li className="flex items-start gap-3 border-t border-line px-4 py-2.5 first:border-t-0">
      <div className="flex min-w-0 flex-1 flex-wrap items-center gap-3">{children}</div>
      <IconButton icon={X} label="Remove" className="mt-0.5" onClick={onRemove} />
    </li>
  )
}

/** Shows the rule's title, so that a wrong ID is noticed before saving. */
function RuleTitle({ id }: { readonly id: string }) {
  const trpc = useTRPC()
  const debounced = useDebounced(id, DEBOUNCE_MS)
  const rule = useQuery(trpc.rules.get.queryOptions({ id: debounced }, { enabled: debounced !== '' }))
  if (debounced === '') return null
  if (rule.isError && toFault(rule.error).code === 'not_found')
    return <span className="text-small text-warn">No rule has this ID.</span>
  return rule.data === undefined ? null : (
    <span className="text-small wrap-anywhere text-ink-2">
      <ShownText text={rule.data.title} />
    </span>
  )
}

interface NameProps {
  readonly label: string
  readonly placeholder: string
  readonly value: string
  readonly maxLength: number
  readonly onChange: (value: string) => void
}

function Name({ label, placeholder, value, maxLength, onChange }: NameProps) {
  return (
    <input
      aria-label={label}
      className="mono h-8.5 w-56 rounded-control border border-control bg-surface px-2.5 placeholder:text-ink-3 disabled:opacity-45 max-tablet:w-full coarse:h-11"
      autoComplete="off"
      autoCapitalize="none"
      spellCheck={false}
      placeholder={placeholder}
      maxLength={maxLength}
      value={value}
      onChange={(event) => onChange(event.target.value.trim())}
    />
  )
}
