import { writeFileSync } from 'node:fs'
import { BUILTIN_FOLDER, builtinSource } from './builtin-source.ts'

// Run by `node --import tsx scripts/build-builtin.ts` in packages/rules; a test fails when this was forgotten.
writeFileSync(new URL('index.ts', BUILTIN_FOLDER), builtinSource())
