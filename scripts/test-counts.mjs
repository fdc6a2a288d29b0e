// A reporter for vitest: counts tests by what became of them, and those left out by reason.
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

/** `SENTINELMESH_TEST_COUNTS` names the file that the counts are written to. */
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
      // A file that could not be loaded, or a hook that failed, is a failure of its own if no test is.
      if (failedTests === 0 && module.state() === 'failed') failedTests = 1
      counts.failed += failedTests
    }
    const file = process.env.SENTINELMESH_TEST_COUNTS
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, JSON.stringify(counts))
  }
}
