export * from './check.ts'
export * from './policy.ts'
export * from './set-policy.ts'
