export * from './setup.ts'
export * from './sign-in.ts'
export * from './status.ts'
