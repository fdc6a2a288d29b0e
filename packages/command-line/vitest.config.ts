import { defineProject } from 'vitest/config'

export default defineProject({ test: { name: 'command-line', include: ['src/**/*.test.ts'] } })
