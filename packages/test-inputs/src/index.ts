export { describeUnless, leftOut } from './left-out.ts'
export { runsOf } from './full-run.ts'
export { describeShared, fromShared, hasShared, sharedLines } from './shared-folder.ts'
