export { hookCallOf, type HookCall, type HookStage } from './call.ts'
export {
  EXPERIMENTAL_CLIENTS,
  HOOK_CLIENTS,
  HOOK_INPUT_BYTES,
  HOOK_MEDIA_TYPE,
  isHookClient,
  type HookClient,
} from './clients.ts'
export { hookEvent } from './event.ts'
export { renderHook, SILENCE, type Answered, type HookOutput, type HookVerdict } from './render.ts'
