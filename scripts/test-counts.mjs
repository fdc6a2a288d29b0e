// A Vitest reporter that counts tests by result, and skipped tests by reason.
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

/** Writes the counts to the file that `SENTINELMESH_TEST_COUNTS` names. */
export default class TestCounts {
  onTestRunEnd(modules, unhandledErrors) {
    const counts = { passed: 0, failed: unhandledErrors.length, leftOut: {} }
    for (const module of modules) {
      let failedTests = 0
      for (const test of module.children.allTests()) {
        const { state, note } = test.result()
        if (state === 'passed') counts.passed += 1
        else if (state === 'failed') failedTests += 1
        else {
          const { reason = note ?? 'are skipped without a reason', tests = 1 } = test.meta().leftOut ?? {}
          counts.leftOut[reason] = (counts.leftOut[reason] ?? 0) + tests
        }
      }
      // If no test failed, the file did not load or a hook failed. Count that as one failure.
      if (failedTests === 0 && module.state() === 'failed') failedTests = 1
      counts.failed += failedTests
    }
    const file = process.env.SENTINELMESH_TEST_COUNTS
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, JSON.stringify(counts))
  }
}
