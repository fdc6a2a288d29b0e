// `node build.mjs`: the program as one file of CommonJS, which starts a little faster than an ES module, and from any folder.
import { chmod, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'esbuild'

/** Bundles an entry into one file; tests bundle one of their own with other places. */
export async function bundle(entry, outfile) {
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    // `import()` becomes `require`: what a call does not need is not loaded, and the loader of ES modules never.
    supported: { 'dynamic-import': false },
    minifySyntax: true,
    minifyWhitespace: true,
    banner: { js: '#!/usr/bin/env node' },
    logLevel: 'warning',
  })
  await chmod(outfile, 0o755)
}

if (process.argv[1] === import.meta.filename) {
  const outfile = join(import.meta.dirname, 'dist/sentinelmesh-hook.cjs')
  await bundle(join(import.meta.dirname, 'src/main.ts'), outfile)
  const { size } = await stat(outfile)
  console.log(`hook: sentinelmesh-hook.cjs, ${(size / 1024).toFixed(1)} KiB`)
}
