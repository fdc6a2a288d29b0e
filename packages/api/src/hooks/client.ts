/**
 * The point at which a client calls a hook, which decides what an answer can do: a call that has not run, a question to
 * the person about such a call, a result or a prompt on its way to the model, a pending change of the client's
 * settings. `other` can be reported but not stopped.
 */
export type HookStage = 'before_tool' | 'permission' | 'after_tool' | 'prompt' | 'settings' | 'other'

/** The parts of a hook's input that decide how it is answered. */
export interface HookMoment {
  /** The client's name for the event; '' if the input names none. */
  readonly event: string
  readonly stage: HookStage
  /** Whether a question about a call is sure to reach a person, if this client can ask at all. */
  readonly canAsk: boolean
  /** The tool's result in the client's own shape. A replacement must keep that shape. */
  readonly response: unknown
}

/** The output and the exit code of a client's hook. */
export interface HookOutput {
  /** The client's own JSON, or nothing. */
  readonly stdout: string
  readonly stderr: string
  readonly exit: 0 | 2
}

/** The members of a hook's input. */
export type HookFields = Readonly<Record<string, unknown>>

/** A coding agent whose hooks request verdicts: how its calls are read and answered. `clients.ts` lists them. */
export interface HookClientSpec {
  /** Implemented from documentation; not yet confirmed by a recording. */
  readonly isExperimental?: true
  /** The client's name for the event; null if the input is not from a hook of this client. */
  readonly eventOf: (fields: HookFields) => string | null
  /** Events that are missing here are at stage `other`. */
  readonly stages: Readonly<Record<string, HookStage>>
  /** Absent: a question always reaches a person. */
  readonly canAsk?: (fields: HookFields) => boolean
  /** Shows the reason without stopping anything. Absent: this client cannot show it. */
  readonly tell?: (reason: string) => HookOutput
  /**
   * Adds a text for the model to a tool's result, and shows the person the reason. Absent or undefined: this client
   * cannot add a text here.
   */
  readonly warn?: (moment: HookMoment, reason: string, text: string) => HookOutput | undefined
  /** Asks the person about a call before it runs. Absent or undefined: this client cannot ask here. */
  readonly ask?: (moment: HookMoment, reason: string) => HookOutput | undefined
  /** Undefined if this client cannot block here. */
  readonly block: (moment: HookMoment, reason: string) => HookOutput | undefined
  /** Replaces `tell` for events that cannot be blocked. */
  readonly tellUnblocked?: (moment: HookMoment, reason: string) => HookOutput | undefined
}

/** The event in the first of these fields that has a text. */
export function eventIn(fields: HookFields, names: readonly string[]): string | null {
  for (const name of names) {
    const event = fields[name]
    if (typeof event === 'string' && event !== '') return event
  }
  return null
}

export function json(output: object): HookOutput {
  return { stdout: JSON.stringify(output), stderr: '', exit: 0 }
}

/** JSON, stderr, and exit 2 together: in every client that was tested, this blocks and shows the reason. */
export function refused(output: object, reason: string): HookOutput {
  return { stdout: JSON.stringify(output), stderr: reason, exit: 2 }
}

export const systemMessage = (reason: string) => json({ systemMessage: reason })
