export { hookCallOf, hookEvent, type HookCall } from './call.ts'
export type { HookOutput, HookStage } from './client.ts'
export {
  EXPERIMENTAL_CLIENTS,
  HOOK_CLIENTS,
  HOOK_INPUT_BYTES,
  HOOK_MEDIA_TYPE,
  isHookClient,
  type HookClient,
} from './clients.ts'
export { asksPerson, renderHook, SILENCE, type Answered, type HookVerdict } from './render.ts'
