import { checkText } from './check-text.ts'
import type { Checked, ToCheck } from './rule-check.ts'

/**
 * Runs the rule engine in a worker, so that checking a text of hundreds of thousands of characters does not block
 * typing.
 */
self.addEventListener('message', ({ data }: MessageEvent<ToCheck>) => {
  const checked: Checked = { version: data.version, problems: checkText(data.text) }
  // Messages to a worker have no target origin.
  // oxlint-disable-next-line unicorn/require-post-message-target-origin
  self.postMessage(checked)
})
