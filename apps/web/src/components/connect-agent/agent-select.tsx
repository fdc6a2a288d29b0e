import { AGENTS, type AgentSetup } from '@sentinelmesh/guides'
import { Select } from '../inputs/select.tsx'

interface AgentSelectProps {
  readonly agent: AgentSetup | undefined
  readonly onChange: (agent: AgentSetup | undefined) => void
  readonly className?: string
}

/** Selects one of the supported agents. */
export function AgentSelect({ agent, onChange, className }: AgentSelectProps) {
  return (
    <Select
      label="Agent"
      {...(className === undefined ? {} : { className })}
      value={agent?.id ?? ''}
      options={AGENTS.map(({ id, name, experimental }) => ({
        value: id,
        text: experimental ? `${name} (experimental)` : name,
      }))}
      onChange={(chosen) => onChange(AGENTS.find(({ id }) => id === chosen))}
    />
  )
}
