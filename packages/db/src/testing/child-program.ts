import { join } from 'node:path'
import { build } from 'esbuild'

/** The options of `acknowledging-child`. */
export interface ChildOptions {
  readonly file: string
  /** URLs of the programs of the worker threads. */
  readonly workers: Readonly<Record<string, string>>
  readonly synchronous?: 'FULL' | 'OFF'
  readonly checkpointPages?: number
  /** Number of concurrent calls. */
  readonly callers: number
  /** Entries per call. Default: 1. */
  readonly perCall?: number
  /** Calls per caller, sequentially by batch, before the program closes the store and exits. Default: no end. */
  readonly rounds?: number
}

/** Bundles a program of this folder as plain JavaScript, to run in its own process. Returns its path. */
export async function childProgram(name: string, folder: string): Promise<string> {
  const outfile = join(folder, `${name}.mjs`)
  await build({
    entryPoints: [join(import.meta.dirname, `${name}.ts`)],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    logLevel: 'warning',
  })
  return outfile
}

/** The command line of `acknowledging-child`. */
export async function acknowledgingChild(
  folder: string,
  options: Omit<ChildOptions, 'workers'> & { readonly workers: Readonly<Record<string, URL>> },
): Promise<readonly [command: string, ...args: string[]]> {
  return [process.execPath, await childProgram('acknowledging-child', folder), JSON.stringify(options)]
}
