// Programs of worker threads as plain JavaScript: Node 20 cannot start a thread from TypeScript.
import { build } from 'esbuild'
import { BUNDLE } from '../../scripts/bundle.mjs'

/** The programs that ship. */
export const THREADS = {
  'judge-thread': 'src/judging/judge-thread.ts',
  'rules-thread': 'src/rule-jobs/rules-thread.ts',
}

const OPTIONS = { ...BUNDLE, absWorkingDir: import.meta.dirname }

/** The program, and in files of their own the modules that it loads on first use. */
export async function buildMain(outdir) {
  await build({
    ...OPTIONS,
    entryPoints: { main: 'src/main.ts' },
    outdir,
    splitting: true,
    // Native parts stay packages; everything else is in the files.
    external: ['better-sqlite3', '@node-rs/argon2'],
  })
}

export async function buildThreads(outdir, entryPoints) {
  await build({ ...OPTIONS, entryPoints, outdir })
}

/** vitest's globalSetup: tests run the threads as they are now. */
export async function setup() {
  await buildThreads('dist', {
    ...THREADS,
    'testing/jobs-thread': 'src/threads/testing/jobs-thread.ts',
    'testing/odd-judge-thread': 'src/judging/testing/odd-judge-thread.ts',
  })
}
