import { defineProject } from 'vitest/config'

export default defineProject({
  test: {
    name: 'server',
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    globalSetup: [
      '../../packages/db/build.mjs',
      '../mcp-proxy/build.mjs',
      './build-threads.mjs',
      './build-program.mjs',
    ],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
