import type { z } from 'zod'

/** One endpoint, as its document describes it. */
export interface Operation {
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete'
  /** What stands in braces is named by `named`, else any text. */
  readonly path: string
  readonly named?: Readonly<Record<string, z.ZodType>>
  readonly summary: string
  readonly description?: string
  /** Counts towards the rate of the key and the quota of the organization. */
  readonly isThrottled?: boolean
  /** Without a credential. */
  readonly open?: boolean
  /** Of the query string. */
  readonly parameters?: z.ZodObject
  /** By media type. */
  readonly body?: Readonly<Record<string, z.ZodType>>
  readonly reply?: z.ZodType
  readonly replyType?: string
}
