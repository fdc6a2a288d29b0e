// Installs, builds, and runs every test. The last line of the output is `N passed, N failed`. `--full` runs long
// tests at full size. All other arguments are passed to Vitest.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { changedSinceFullTests, recordFullTests } from './full-tests.mjs'
import { pnpm } from './pnpm.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const countsFile = `${root}.test-results/counts.json`
const isFull = process.argv.includes('--full')
const args = process.argv.slice(2).filter((arg) => arg !== '--full')

console.error('Installing and building what has changed (the first time takes a minute) …')
pnpm(['install', '--frozen-lockfile', '--prefer-offline'], { quiet: true })
pnpm(['run', 'build'], { quiet: true })
rmSync(countsFile, { force: true })

const vitest = spawnSync(
  process.execPath,
  [
    `${root}node_modules/vitest/vitest.mjs`,
    'run',
    '--reporter=default',
    `--reporter=${root}scripts/test-counts.mjs`,
    ...args,
  ],
  {
    cwd: root,
    stdio: 'inherit',
    env: {
      ...process.env,
      SENTINELMESH_TEST_COUNTS: countsFile,
      ...(isFull ? { SENTINELMESH_TEST_FULL: '1' } : {}),
    },
  },
)

let counts
try {
  counts = JSON.parse(readFileSync(countsFile, 'utf8'))
} catch {
  console.log('Vitest wrote no report. See its output above.\n0 passed, 1 failed')
  process.exit(1)
}
const { passed, leftOut } = counts
// Vitest can also fail for a reason that is not tied to a test.
const failed = Math.max(counts.failed, vitest.status === 0 ? 0 : 1)
const skipped = Object.values(leftOut).reduce((sum, tests) => sum + tests, 0)
if (skipped > 0) {
  console.log('Skipped tests, by reason:')
  for (const [reason, tests] of Object.entries(leftOut)) console.log(`  ${tests} ${reason}`)
}
const atFullSize = (process.env.SENTINELMESH_TEST_FULL ?? '').split(',')
const isFullSize = () => isFull || changedSinceFullTests().every((folder) => atFullSize.includes(folder))
// With these settings, a missing shared folder or browser fails a test. Other skips depend only on the machine.
const isRequired = ['SHARED', 'BROWSER'].every((need) => process.env[`SENTINELMESH_TEST_REQUIRE_${need}`] === '1')
const ranAll = args.length === 0 && failed === 0 && (isRequired || skipped === 0)
// Fingerprints need git.
if (ranAll && existsSync(`${root}.git`) && isFullSize()) recordFullTests()
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
process.exit(failed > 0 ? 1 : 0)
