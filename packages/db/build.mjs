// The three workers as plain JavaScript: Node 20 cannot start a thread from TypeScript.
import { build } from 'esbuild'

/** Also vitest's globalSetup: tests run the workers as they are now. */
export async function setup() {
  await build({
    entryPoints: {
      'writer-worker': 'src/dialect/sqlite/write/writer-worker.ts',
      'reader-worker': 'src/dialect/sqlite/read/reader-worker.ts',
      'text-worker': 'src/dialect/sqlite/text-index/text-worker.ts',
    },
    absWorkingDir: import.meta.dirname,
    outdir: 'dist',
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    external: ['better-sqlite3'],
    sourcemap: true,
    logLevel: 'warning',
  })
}

if (process.argv[1] === import.meta.filename) await setup()
