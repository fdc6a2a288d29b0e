/** Plain values for everyone, the browser included: no zod, no server. */
export { BANDS, LEVELS, bandOf } from '@sentinelmesh/rules/risk'
export { allKeys } from './all-keys.ts'
export { ACCESS, ROLES, SCOPES, allows, authorise, authoriseSystem } from './access.ts'
export { DomainError, ERRORS } from './errors.ts'
export { BEFORE_ALL, fromTailCursor, toTailCursor } from './ids.ts'
export { BAND_NAMES, bandsWithin, KINDS, SURFACES, VERDICTS } from './entry.ts'
export { sumOfLeftOut } from './left-out.ts'
export { LIMITS } from './limits.ts'
