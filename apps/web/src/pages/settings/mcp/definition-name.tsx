import type { McpPin } from '@sentinelmesh/api'
import { ShownText } from '../../../components/text/shown-text.tsx'

const KINDS: Readonly<Record<McpPin['kind'], string>> = { tool: 'Tool', prompt: 'Prompt', instructions: 'Instructions' }

/** Shows the kind before the name, because a tool can be named `instructions`. */
export function DefinitionName({ pin: { kind, name } }: { readonly pin: McpPin }) {
  return (
    <>
      <span className="font-normal text-ink-3">{KINDS[kind]}</span> <ShownText text={name} />
    </>
  )
}
