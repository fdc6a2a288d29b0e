import { join } from 'node:path'
import { build } from 'esbuild'

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
