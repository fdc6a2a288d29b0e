import { checkText } from './check-text.ts'
import type { Checked, ToCheck } from './rule-check.ts'

/** The engine, beside the page: a text of hundreds of thousands of characters does not hold up who writes it. */
self.addEventListener('message', ({ data }: MessageEvent<ToCheck>) => {
  const checked: Checked = { version: data.version, problems: checkText(data.text) }
  // A worker has no origin to name.
  // oxlint-disable-next-line unicorn/require-post-message-target-origin
  self.postMessage(checked)
})
