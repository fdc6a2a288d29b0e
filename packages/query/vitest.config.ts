import { defineProject } from 'vitest/config'

export default defineProject({
  test: {
    name: 'query',
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    // Property tests try thousands of queries, which can exceed the default timeout of five seconds on a busy machine.
    testTimeout: 60_000,
  },
})
