/** A kind of secret: how to see quickly that there is none, how to find one, how much of it tells nobody anything. */
export interface RedactionFormat {
  readonly name: string
  /** Folded; a text without any of them has no secret of this format. */
  readonly literals: readonly string[]
  /** Global. Group `keep` is shown before the mask, group `secret` is masked; without groups all is masked. */
  readonly pattern: RegExp
}

const simple = (name: string, prefix: string, body: string): RedactionFormat => ({
  name,
  literals: [prefix.toLowerCase()],
  pattern: new RegExp(String.raw`(?<![A-Za-z0-9_])(?<keep>${prefix})(?<secret>${body})`, 'dg'),
})

export const REDACTION_FORMATS: readonly RedactionFormat[] = [
  simple('sentinelmesh_key', 'smk_', '[A-Za-z0-9_-]{20,}'),
  simple('github_token', 'ghp_', '[A-Za-z0-9]{36,}'),
  simple('aws_access_key', 'AKIA', '[A-Z0-9]{16}(?![A-Za-z0-9])'),
  simple('anthropic_key', 'sk-ant-', '[A-Za-z0-9_-]{20,}'),
]

export const REDACTION_LITERALS: readonly string[] = REDACTION_FORMATS.flatMap((format) => format.literals)
