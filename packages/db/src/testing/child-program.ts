import { join } from 'node:path'
import { build } from 'esbuild'

/** What `acknowledging-child` is told to do. */
export interface ChildOptions {
  readonly file: string
  /** Addresses of the programs of the worker threads. */
  readonly workers: Readonly<Record<string, string>>
  readonly synchronous?: 'FULL' | 'OFF'
  readonly checkpointPages?: number
  /** Calls at once. */
  readonly callers: number
  /** Entries a call; one by default. */
  readonly perCall?: number
  /** So many calls each, one batch over before the next begins, then it closes and ends; otherwise it never does. */
  readonly rounds?: number
}

/** A program of this folder as plain JavaScript, to be run as a process of its own. */
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

/** The command line of `acknowledging-child`; `workers` are addresses. */
export async function acknowledgingChild(
  folder: string,
  options: Omit<ChildOptions, 'workers'> & { readonly workers: Readonly<Record<string, URL>> },
): Promise<readonly [command: string, ...args: string[]]> {
  return [process.execPath, await childProgram('acknowledging-child', folder), JSON.stringify(options)]
}
