import { z } from 'zod'
import { VerdictOut } from './verdict-schemas.ts'

const Output = {
  stdout: z.string().meta({ description: "The client's own JSON, or nothing." }),
  stderr: z.string(),
  exit: z.union([z.literal(0), z.literal(2)]),
}

export const HookAnswer = VerdictOut.extend(Output).meta({ id: 'HookAnswer' })

export const RestHookQuery = z.strictObject({
  ask: z.enum(['allow', 'block']).optional().meta({
    description: 'What ask becomes where this client cannot ask the person. Absent: as the verdict policy says.',
  }),
})

/** A larger number is not a time in milliseconds, here as in all timestamps. */
const LATEST_MS = 1e14 - 1
const Count = z.coerce.number().int().min(1).max(9_999_999_999)

export const RestHookLateQuery = z.strictObject({
  spool: z
    .string()
    .regex(/^[0-9a-f]{16}$/)
    .meta({ description: 'Within which the numbers count.' }),
  missing: z
    .string()
    .refine(isRange, 'missing is a number and one that is not smaller, from 1 to 9999999999, such as 4-8.')
    .optional()
    .meta({ description: 'From which number to which there is nothing to deliver any more.' }),
  late: Count.optional().meta({ description: 'Number of this input; absent: there is only something missing.' }),
  at: z.coerce
    .number()
    .int()
    .min(0)
    .max(LATEST_MS)
    .optional()
    .meta({ description: 'When it was given, in milliseconds since 1970.' }),
  fail: z
    .enum(['open', 'closed'])
    .default('open')
    .meta({ description: 'Whether it went on, or was blocked unjudged.' }),
})

function isRange(text: string): boolean {
  const [, from, to] = /^(\d{1,10})-(\d{1,10})$/.exec(text) ?? []
  return Number(from) >= 1 && Number(to) >= Number(from)
}

/** Has the members of an allow, so that the hook program can read it. */
export const HookDelivered = z.object({ ...Output, log_id: z.string().nullable() }).meta({ id: 'HookDelivered' })
