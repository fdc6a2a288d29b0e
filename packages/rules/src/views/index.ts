export { VIEW_LIMITS } from './limits.ts'
export { originOf } from './view-text.ts'
export { viewsOf } from './views-of.ts'
export type { Incomplete, View, ViewList, ViewText } from '../match/view.ts'
