import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

// `node build.mjs [FOLDER]`: bundles the reporter and its part of @trpc/client as one ES module, without zod or server code.
const folder = process.argv[2] ?? fileURLToPath(new URL('dist', import.meta.url))
await build({
  entryPoints: [fileURLToPath(new URL('src/index.ts', import.meta.url))],
  outdir: folder,
  bundle: true,
  format: 'esm',
  platform: 'neutral',
  target: ['es2022', 'node20'],
  logLevel: 'warning',
})
const { size } = await stat(join(folder, 'index.js'))
console.log(`sdk: index.js, ${(size / 1024).toFixed(1)} KiB`)
