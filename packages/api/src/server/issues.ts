import type { z } from 'zod'
import type { Issue } from '../errors.ts'

/** zod's issues as sentences that name the field, the limit, and the remedy, with the types of the seed's clients. */
export function toIssues(error: z.ZodError, before: readonly (string | number)[] = []): Issue[] {
  return error.issues.flatMap((issue) => {
    const loc = [...before, ...issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part))]
    const field = issue.path.length === 0 ? 'The input' : issue.path.map(String).join('.')
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({
        loc: [...loc, key],
        msg: `${key} is not a field that is known here. Put what is your own into attributes.`,
        type: 'extra_forbidden',
      }))
    }
    return [{ loc, ...sentence(field, issue) }]
  })
}

function sentence(field: string, issue: z.core.$ZodIssue): { msg: string; type: string } {
  switch (issue.code) {
    case 'invalid_type':
      if (issue.message.endsWith('received undefined')) return { msg: `${field} is required.`, type: 'missing' }
      return { msg: `${field} has to be ${article(issue.expected)}.`, type: `${issue.expected}_type` }
    case 'too_big':
      return {
        msg: `${field} has to be at most ${amount(issue.maximum, issue.origin)}.`,
        type: `${issue.origin}_too_long`,
      }
    case 'too_small':
      return {
        msg: `${field} has to be at least ${amount(issue.minimum, issue.origin)}.`,
        type: `${issue.origin}_too_short`,
      }
    case 'invalid_value':
      return { msg: `${field} has to be one of ${issue.values.map(String).join(', ')}.`, type: 'enum' }
    case 'invalid_union':
      if (issue.errors.flat().every((one) => one.message.endsWith('received undefined')))
        return { msg: `${field} is required.`, type: 'missing' }
      return { msg: `${field} has to be a text, an object or an array.`, type: 'union' }
    case 'invalid_format':
      return { msg: `${field} has to be an instant such as 2026-04-14T14:22:16Z.`, type: 'format' }
    default:
      return { msg: issue.message.endsWith('.') ? issue.message : `${field}: ${issue.message}.`, type: issue.code }
  }
}

function article(expected: string): string {
  const named: Record<string, string> = {
    string: 'a text',
    record: 'an object',
    object: 'an object',
    array: 'an array',
    int: 'a whole number',
    boolean: 'true or false',
  }
  return named[expected] ?? `a ${expected}`
}

function amount(limit: number | bigint, origin: string): string {
  if (origin === 'string') return `${limit} characters long`
  if (origin === 'array' || origin === 'set') return `${limit} items long`
  return String(limit)
}
