// Programs of worker threads as plain JavaScript: Node 20 cannot start a thread from TypeScript.
import { build } from 'esbuild'

/** The programs that ship. */
export const THREADS = {
  'judge-thread': 'src/judging/judge-thread.ts',
  'rules-thread': 'src/rule-jobs/rules-thread.ts',
}

/** Options for bundling the server and its threads. */
export const BUNDLE = {
  absWorkingDir: import.meta.dirname,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  // Some libraries inside are CommonJS and call `require`.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
  // Identifiers stay, so that a stack names functions; blanks and long forms go: the text of the program is memory.
  minifyWhitespace: true,
  minifySyntax: true,
  sourcemap: true,
  logLevel: 'warning',
}

/** The program, and in files of their own the modules that it loads on first use. */
export async function buildMain(outdir) {
  await build({
    ...BUNDLE,
    entryPoints: { main: 'src/main.ts' },
    outdir,
    splitting: true,
    // Native parts stay packages; everything else is in the files.
    external: ['better-sqlite3', '@node-rs/argon2'],
  })
}

export async function buildThreads(outdir, entryPoints) {
  await build({ ...BUNDLE, entryPoints, outdir })
}

/** vitest's globalSetup: tests run the threads as they are now. */
export async function setup() {
  await buildThreads('dist', {
    ...THREADS,
    'testing/jobs-thread': 'src/threads/testing/jobs-thread.ts',
    'testing/odd-judge-thread': 'src/judging/testing/odd-judge-thread.ts',
  })
}
