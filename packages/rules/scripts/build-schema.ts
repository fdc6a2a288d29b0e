import { writeFileSync } from 'node:fs'
import { ruleSchema } from './rule-schema.ts'

// Run by `node --import tsx scripts/build-schema.ts` in packages/rules, then the formatter; a test fails when this was forgotten.
writeFileSync(
  new URL('../schema/sigma-rule.schema.json', import.meta.url),
  `${JSON.stringify(ruleSchema(), null, 2)}\n`,
)
