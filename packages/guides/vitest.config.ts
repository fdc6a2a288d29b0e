import { defineProject } from 'vitest/config'

export default defineProject({ test: { name: 'guides', include: ['test/**/*.test.ts'] } })
