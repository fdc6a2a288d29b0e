import type { ErrorCode, ErrorDetails } from '@sentinelmesh/api'
import { TRPCClientError } from '@trpc/client'

/** An error in the form that pages show. */
export interface Fault {
  /** `offline` means that no reply arrived. */
  readonly code: ErrorCode | 'offline'
  readonly message: string
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
        message: data.details?.say ?? error.message,
        details: data.details ?? {},
        requestId: data.requestId ?? null,
      }
    }
  }
  return { code: 'offline', message: 'The server is not responding.', details: {}, requestId: null }
}

/** The session has ended or never began, so a retry cannot help. */
export function isSignedOut(fault: Fault): boolean {
  return fault.code === 'unauthenticated' || fault.code === 'invalid_credentials'
}

/** Returns whether a retry may succeed. */
export function isTransient(fault: Fault): boolean {
  return ['offline', 'store_busy', 'shutting_down', 'rate_limited'].includes(fault.code)
}
