import { KINDS, type Kind } from '../entry.ts'

/** Where rules of some families apply: a text is evidence of what it does where it is. */
export interface RuleContext {
  readonly families: readonly string[]
  readonly kinds: readonly Kind[]
}

const context = (families: string, ...kinds: readonly Kind[]): RuleContext => ({ families: families.split(' '), kinds })

/**
 * The contexts of the built-in families. A family that is not listed may apply anywhere. The lint `wrong_context` holds
 * rules to this table, and `docs/detection.md` shows it with the reasons.
 */
export const CONTEXTS: readonly RuleContext[] = [
  context(
    'attack-tool defence-evasion destruction discovery download-run persistence privilege-escalation remote-access remote-shell unleashed-agent',
    'tool_call',
  ),
  context('obfuscation', 'tool_call', 'prompt', 'message'),
  context('credential-access cloud-metadata drop-site', 'tool_call', 'tool_definition', 'prompt', 'message'),
  context('exfiltration', 'tool_call', 'tool_definition', 'tool_result', 'completion', 'message'),
  context(
    'prompt-injection concealment forged-markup data-request guardrails disguise',
    'tool_result',
    'tool_definition',
    'prompt',
    'message',
  ),
  context('to-model', 'tool_result'),
  context('jailbreak prompt-leak', 'tool_definition', 'prompt', 'message'),
  context('adversarial-suffix', 'prompt', 'message'),
  context('tool-poisoning', 'tool_definition'),
  context('secret hidden-text', ...KINDS),
]
