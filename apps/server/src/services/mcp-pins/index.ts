export * from './approve.ts'
export * from './define.ts'
export * from './judge.ts'
export * from './pins.ts'
