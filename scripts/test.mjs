// Installs, builds, runs every test, and ends with the line `N passed, N failed`.
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { pnpm } from './pnpm.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const report = `${root}.test-results/report.json`

console.error('Installing and building what has changed (the first time takes a minute) …')
pnpm(['install', '--frozen-lockfile', '--prefer-offline'], { quiet: true })
pnpm(['run', 'build'], { quiet: true })
mkdirSync(`${root}.test-results`, { recursive: true })
rmSync(report, { force: true })

const vitest = spawnSync(
  process.execPath,
  [
    `${root}node_modules/vitest/vitest.mjs`,
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
    ...process.argv.slice(2),
  ],
  { cwd: root, stdio: 'inherit' },
)

let counted
try {
  counted = JSON.parse(readFileSync(report, 'utf8'))
} catch {
  console.log('vitest left no report\n0 passed, 1 failed')
  process.exit(1)
}
const results = counted.testResults.flatMap((file) => file.assertionResults)
// A file that could not be loaded has no results of its own but is a failure.
const broken = counted.testResults.filter(
  (file) => file.status === 'failed' && file.assertionResults.every((one) => one.status !== 'failed'),
).length
const passed = results.filter((one) => one.status === 'passed').length
const failed = results.filter((one) => one.status === 'failed').length + broken
const skipped = results.length - passed - (failed - broken)
// vitest also fails for what no test can name, such as an unhandled rejection.
const unnamed = vitest.status !== 0 && failed === 0 ? 1 : 0
console.log(`${passed} passed, ${failed + unnamed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
process.exit(failed + unnamed > 0 ? 1 : 0)
