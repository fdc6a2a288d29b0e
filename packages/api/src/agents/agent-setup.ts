import type { HookClient } from '../hooks/index.ts'

/** How to reach this server: what a block is filled with. */
export interface Address {
  /** Without a slash at its end. */
  readonly url: string
  readonly key: string
}

/** Lines to paste, and where they go. */
export interface Block {
  readonly title: string
  readonly language: 'shell' | 'toml' | 'json' | 'typescript' | 'python'
  readonly text: (address: Address) => string
}

/** What an agent keeps to itself by default, and the switch that shows it. */
export interface Unseen {
  readonly what: string
  /** Null: nothing shows it. */
  readonly shownBy: string | null
}

export interface AgentSetup {
  readonly id: string
  readonly name: string
  /** The `service` of the log source of its entries. */
  readonly source: string
  /** Known from documentation only; nothing of it was recorded. */
  readonly experimental: boolean
  /** None where it has hooks alone. */
  readonly blocks: readonly Block[]
  readonly unseen: readonly Unseen[]
  /** Its name for `sentinelmesh hook`; null where it has no hooks. */
  readonly hook: HookClient | null
  /** Under `docs/`. */
  readonly docs: string
}

/** Environment variables that every OpenTelemetry SDK reads. */
export const OTLP_ENVIRONMENT = ({ url, key }: Address) =>
  `export OTEL_EXPORTER_OTLP_ENDPOINT=${url}
export OTEL_EXPORTER_OTLP_HEADERS="Authorization=Bearer ${key}"`

export const inShell = (title: string, text: (address: Address) => string): Block => ({
  title,
  language: 'shell',
  text,
})
