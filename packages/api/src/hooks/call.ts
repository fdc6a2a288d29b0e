import type { HookFields, HookMoment } from './client.ts'
import { specOf, type HookClient } from './clients.ts'

/** One call of a client's hook. */
export interface HookCall extends HookMoment {
  readonly client: HookClient
}

/** The event of a hook's input; null if the input is not from a hook of this client. */
export const hookEvent = (client: HookClient, fields: HookFields) => specOf(client).eventOf(fields)

/** Reads a hook's input, whatever it holds. */
export function hookCallOf(client: HookClient, input: unknown): HookCall {
  const fields = typeof input === 'object' && input !== null ? (input as HookFields) : {}
  const event = hookEvent(client, fields) ?? ''
  const { stages, canAsk } = specOf(client)
  return {
    client,
    event,
    stage: Object.hasOwn(stages, event) ? (stages[event] ?? 'other') : 'other',
    canAsk: canAsk?.(fields) ?? true,
    response: fields['tool_response'] ?? fields['toolResult'],
  }
}
