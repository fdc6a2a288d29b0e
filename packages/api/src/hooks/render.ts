import { RESULT_WARNING } from '../result-warning.ts'
import type { HookCall } from './call.ts'
import type { HookOutput } from './client.ts'
import { specOf } from './clients.ts'

export type HookVerdict = 'allow' | 'flag' | 'ask' | 'block'

export interface Answered {
  readonly verdict: HookVerdict
  /** Shown to the person or given to the model. */
  readonly reason: string
  /** Replaces `ask` if nobody can be asked. The reason is still shown for an allow. */
  readonly askElsewhere: 'allow' | 'block'
}

/** The output for an allow. An explicit allow would skip the client's own question to the person. */
export const SILENCE: HookOutput = { stdout: '', stderr: '', exit: 0 }

/**
 * Renders a verdict as output that this client understands at this stage, with no field beyond its own format: a strict
 * client runs a call if it finds a field that it does not know. Shows the reason if the client cannot be stopped but
 * can show it.
 */
export function renderHook(call: HookCall, { verdict, reason, askElsewhere }: Answered): HookOutput {
  switch (verdict) {
    case 'allow':
      return SILENCE
    case 'flag':
      return warn(call, reason)
    case 'ask':
      // The client is already asking the person.
      if (call.stage === 'permission') return tell(call, reason)
      return ask(call, reason) ?? (askElsewhere === 'block' ? blockUnasked(call, reason) : goOnUnasked(call, reason))
    case 'block':
      return block(call, reason, reason)
  }
}

/** Returns whether `ask` about this call becomes a question to a person. */
export function asksPerson(call: HookCall): boolean {
  return call.stage === 'permission' || ask(call, '') !== undefined
}

function blockUnasked(call: HookCall, reason: string): HookOutput {
  return block(call, `${reason} Nobody can be asked here, so it is blocked.`, reason)
}

function goOnUnasked(call: HookCall, reason: string): HookOutput {
  return warn(call, `${reason} Nobody can be asked here, so it goes on.`)
}

/** Shows `unblockedReason` if this client cannot block here. */
function block(call: HookCall, reason: string, unblockedReason: string): HookOutput {
  const client = specOf(call.client)
  return (
    client.block(call, reason) ??
    client.tellUnblocked?.(call, unblockedReason) ??
    tell(call, `${unblockedReason} A hook cannot stop it here.`)
  )
}

/** Like `tell`. Before the model reads a result, it also reads that instructions in it are not its user's. */
function warn(call: HookCall, reason: string): HookOutput {
  const warned =
    call.stage === 'after_tool' ? specOf(call.client).warn?.(call, reason, `${reason} ${RESULT_WARNING}`) : undefined
  return warned ?? tell(call, reason)
}

function tell({ client }: HookCall, reason: string): HookOutput {
  return specOf(client).tell?.(reason) ?? SILENCE
}

/** Undefined if this client asks nobody here. */
function ask(call: HookCall, reason: string): HookOutput | undefined {
  return call.stage === 'before_tool' && call.canAsk ? specOf(call.client).ask?.(call, reason) : undefined
}
