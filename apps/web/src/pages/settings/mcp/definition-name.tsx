import type { McpPin } from '@sentinelmesh/api'
import { ShownText } from '../../../components/text/shown-text.tsx'

const KINDS: Readonly<Record<McpPin['kind'], string>> = { tool: 'Tool', prompt: 'Prompt', instructions: 'Instructions' }

/** With its kind before it: a tool may call itself `instructions`. */
export function DefinitionName({ pin: { kind, name } }: { readonly pin: McpPin }) {
  return (
    <>
      <span className="font-normal text-ink-3">{KINDS[kind]}</span> <ShownText text={name} />
    </>
  )
}
