export * from './accept-clock.ts'
export * from './get.ts'
export * from './preview.ts'
export * from './update.ts'
