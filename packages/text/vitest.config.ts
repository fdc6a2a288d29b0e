import { defineProject } from 'vitest/config'

export default defineProject({
  test: {
    name: 'text',
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    // Property tests try thousands of texts: on a busy machine that takes longer than the usual five seconds.
    testTimeout: 60_000,
  },
})
