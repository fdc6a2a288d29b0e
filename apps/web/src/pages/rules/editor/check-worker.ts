import { readRules } from '@sentinelmesh/rules'
import { withFixes } from './fixes.ts'
import type { Checked, ToCheck } from './rule-check.ts'

const lint = (text: string) => [...readRules([{ file: null, text }]).problems]

/** The engine, beside the page: a text of hundreds of thousands of characters does not hold up who writes it. */
self.addEventListener('message', ({ data }: MessageEvent<ToCheck>) => {
  const problems = withFixes(data.text, lint(data.text), lint)
  const checked: Checked = { version: data.version, problems }
  // A worker has no origin to name.
  // oxlint-disable-next-line unicorn/require-post-message-target-origin
  self.postMessage(checked)
})
