import type { Principal, Surface } from '@sentinelmesh/api'
import type { Lane } from '../judging/entry-yield.ts'
import { EntryRefused } from './parse-entry.ts'
import type { ParsedEntry } from '../judging/parsed-entry.ts'

export interface Reporter {
  readonly principal: Principal | null
  readonly action: 'logs.report' | 'logs.import' | 'verdicts.check'
  readonly surface: Surface
  readonly remoteAddress: string | null
  /** Default: `verdict` for `verdicts.check`, else `bulk`. */
  readonly lane?: Lane
  /** This is a later part of a request that its rates let in: it counts, and is not refused. */
  readonly isAdmitted?: boolean
}

/** Part of an id. All imports of one org count as one reporter, whoever runs them. */
export function reportedBy(principal: Principal, surface: Surface): string {
  if (surface === 'import' || surface === 'demo') return surface
  switch (principal.type) {
    case 'key':
      return `key:${principal.keyId}`
    case 'user':
    case 'token':
      return `user:${principal.username}`
    case 'anonymous':
      return 'anonymous'
    case 'system':
      return principal.name
  }
}

/** Which senders a credential is bound to. */
export interface Bound {
  /** As it was set; null where any may be claimed. */
  readonly name: string | null
  /** Returns whether the credential is proof of this sender. */
  readonly fits: (sender: string) => boolean
}

export function boundTo(principal: Principal): Bound {
  if (principal.type === 'system') return { name: null, fits: () => true }
  if (principal.type !== 'key' || principal.senderPrefix === null) return { name: null, fits: () => false }
  const name = principal.senderPrefix
  const beginning = name.endsWith('*') ? name.slice(0, -1) : null
  return { name, fits: (sender) => (beginning === null ? sender === name : sender.startsWith(beginning)) }
}

/**
 * Throws `EntryRefused` if the credential is bound to another sender. Of what a mapper read, one end is the agent, and the
 * other can be what sends to it: a person, a tool, a model.
 */
export function refuseForeign({ name, fits }: Bound, { entry, mapped }: ParsedEntry): void {
  if (name === null || fits(entry.sender)) return
  if (mapped !== null && entry.receiver !== null && fits(entry.receiver)) return
  throw new EntryRefused([{ loc: ['sender'], msg: `This key may report as ${name} only.`, type: 'sender_forbidden' }])
}
