import { defineProject } from 'vitest/config'

export default defineProject({
  test: {
    name: 'db',
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    globalSetup: ['./build.mjs'],
    testTimeout: 60_000,
  },
})
