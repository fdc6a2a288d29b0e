import type { HookClient } from '@sentinelmesh/api/hooks'

/** The address of the server and a key, which fill in a block. */
export interface Address {
  /** Without a trailing slash. */
  readonly url: string
  readonly key: string
}

/** Lines to paste. The title says where. */
export interface Block {
  readonly title: string
  readonly language: 'shell' | 'toml' | 'json' | 'typescript' | 'python'
  readonly text: (address: Address) => string
}

/** Data that an agent does not send by default, and the switch that turns it on. */
export interface Unseen {
  readonly what: string
  /** Null if it cannot be turned on. */
  readonly shownBy: string | null
}

export interface AgentSetup {
  readonly id: string
  readonly name: string
  /** The `service` in the log source of its entries. */
  readonly source: string
  /** Written from the agent's documentation. No telemetry of it was recorded. */
  readonly experimental: boolean
  /** Empty for an agent that has hooks only. */
  readonly blocks: readonly Block[]
  readonly unseen: readonly Unseen[]
  /** The client name for `sentinelmesh hook install`. Null for an agent without hooks. */
  readonly hook: HookClient | null
  /** Path of its page, relative to `docs/`. */
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
