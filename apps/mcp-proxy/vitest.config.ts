import { defineProject } from 'vitest/config'

export default defineProject({
  test: {
    name: 'mcp-proxy',
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    globalSetup: './build.mjs',
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
