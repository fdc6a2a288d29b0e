import { z } from 'zod'
import { LIMITS } from '@sentinelmesh/api/constants'
import { schemas } from '@sentinelmesh/api/server'
import { tool } from '../tool.ts'
import { Untrusted } from '../untrusted.ts'

const PROBLEMS = 50
const RULES = 50

export const validateRule = tool({
  name: 'validate_rule',
  title: 'Validate a rule',
  about:
    'Everything that is wrong or suspicious in the YAML of a Sigma rule, correlation or filter, with lines and columns. Nothing is stored: a person adds the rule on the Rules page.',
  input: z.strictObject({ text: z.string().min(1).max(LIMITS.ruleChars).meta({ description: 'YAML.' }) }),
  output: z.object({
    valid: z.boolean(),
    problems: z.array(
      z.object({
        line: z.number().int(),
        column: z.number().int(),
        severity: z.enum(['error', 'warning']),
        code: z.string(),
        path: Untrusted,
        message: Untrusted,
        mend: Untrusted.nullable(),
      }),
    ),
    problems_total: z.number().int(),
    rules: z.array(
      z.object({ id: Untrusted, title: Untrusted, kind: schemas.RuleKind, level: schemas.Level.nullable() }),
    ),
    link: z.string(),
  }),
  async answer(call, { text }) {
    const { services, mark, links } = call
    const { problems, rules } = await services.rules.check(call, { text })
    const errors = problems.filter(({ severity }) => severity === 'error').length
    return {
      data: {
        valid: errors === 0 && rules.length > 0,
        // Messages quote the given text, which may come from the log.
        problems: problems.slice(0, PROBLEMS).map(({ range, severity, code, path, message, mend }) => ({
          line: range.line,
          column: range.column,
          severity,
          code,
          path: mark.name(path),
          message: mark.name(message),
          mend: mark.orNull(mend),
        })),
        problems_total: problems.length,
        rules: rules.slice(0, RULES).map(({ id, title, kind, level }) => ({
          id: mark.name(id),
          title: mark.name(title),
          kind,
          level,
        })),
        link: links.rules,
      },
      says: `${rules.length} documents can be used, ${errors} errors, ${problems.length - errors} warnings.`,
    }
  },
})
