import { defineProject } from 'vitest/config'

export default defineProject({
  test: {
    name: 'rules',
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    globalSetup: ['./build.mjs'],
    // Property tests try thousands of rules: on a busy machine that takes longer than the usual five seconds.
    testTimeout: 60_000,
  },
})
