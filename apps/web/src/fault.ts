import type { ErrorCode, ErrorDetails } from '@sentinelmesh/api'
import { TRPCClientError } from '@trpc/client'

/** What went wrong, as a page can show it. */
export interface Fault {
  /** `offline`: no answer came at all. */
  readonly code: ErrorCode | 'offline'
  readonly say: string
  readonly details: ErrorDetails
  readonly requestId: string | null
}

interface Shape {
  readonly data?: { readonly code?: ErrorCode; readonly details?: ErrorDetails; readonly requestId?: string | null }
}

export function toFault(error: unknown): Fault {
  if (error instanceof TRPCClientError) {
    const data = (error as { readonly shape?: Shape | null }).shape?.data
    if (data?.code !== undefined) {
      return {
        code: data.code,
        say: data.details?.say ?? error.message,
        details: data.details ?? {},
        requestId: data.requestId ?? null,
      }
    }
  }
  return { code: 'offline', say: 'The server does not answer.', details: {}, requestId: null }
}

/** The sign-in has ended or never began: asking again as the same person cannot help. */
export function isSignedOut(fault: Fault): boolean {
  return fault.code === 'unauthenticated' || fault.code === 'invalid_credentials'
}

/** Whether the same question may be answered when it is asked again. */
export function mayPass(fault: Fault): boolean {
  return ['offline', 'store_busy', 'shutting_down', 'rate_limited'].includes(fault.code)
}
