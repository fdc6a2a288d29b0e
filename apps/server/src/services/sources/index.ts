export * from './list.ts'
export * from './unasked.ts'
