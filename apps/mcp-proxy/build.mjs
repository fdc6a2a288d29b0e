// The proxy as a program of its own. Many of them run on a machine, so the bundle holds nothing of the server. Parts that
// only some runs need are files of their own.
import { rmSync } from 'node:fs'
import { build } from 'esbuild'
import { BUNDLE } from '../../scripts/bundle.mjs'

export async function buildProxy() {
  rmSync(`${import.meta.dirname}/dist`, { recursive: true, force: true })
  await build({
    ...BUNDLE,
    absWorkingDir: import.meta.dirname,
    entryPoints: { 'sentinelmesh-mcp': 'src/main.ts' },
    outdir: 'dist',
    splitting: true,
  })
}

/** The globalSetup of vitest: tests run the proxy as it is now. */
export const setup = buildProxy

if (process.argv[1] === import.meta.filename) await buildProxy()
