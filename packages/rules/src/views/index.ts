export { viewsOf } from './views-of.ts'
export { originOf, viewName, type Incomplete, type View, type ViewList, type ViewText } from '../match/view.ts'
