import { ASSIGNED_SECRET } from './assigned-secret.ts'
import { AI_FORMATS } from './formats/ai.ts'
import { BUSINESS_FORMATS } from './formats/business.ts'
import { CLOUD_FORMATS } from './formats/cloud.ts'
import { DEVELOPMENT_FORMATS } from './formats/development.ts'
import { GENERIC_FORMATS } from './formats/generic.ts'
import type { SecretFormat } from './secret-format.ts'

/** If masks overlap, the first format names the result, so provider formats come before general ones. */
export const SECRET_FORMATS: readonly SecretFormat[] = [
  ...DEVELOPMENT_FORMATS,
  ...CLOUD_FORMATS,
  ...AI_FORMATS,
  ...BUSINESS_FORMATS,
  ...GENERIC_FORMATS,
  ASSIGNED_SECRET,
]
