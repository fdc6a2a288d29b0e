import { build } from 'esbuild'

/** What an editor in a browser loads. */
const EDITOR = ['compileRules', 'lintRules', 'explain'] as const

export interface BrowserBundle {
  /** Minified ES module. */
  readonly code: string
  /** What the bundle asks of its surroundings; a browser has none of it. */
  readonly imports: readonly string[]
  /** Bytes of the minified code by source file, largest first. */
  readonly parts: readonly { readonly file: string; readonly bytes: number }[]
}

/** The named exports of this package as one file for a browser. */
export async function browserBundle(names: readonly string[] = EDITOR): Promise<BrowserBundle> {
  const { outputFiles, metafile } = await build({
    stdin: {
      contents: `export { ${names.join(', ')} } from './src/index.ts'`,
      resolveDir: new URL('..', import.meta.url).pathname,
    },
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    format: 'esm',
    // `neutral`, so that whatever only Node has stays an import that can be seen.
    platform: 'neutral',
    mainFields: ['browser', 'module', 'main'],
    conditions: ['browser', 'import'],
    target: 'es2022',
    external: ['node:*'],
    logLevel: 'silent',
  })
  const [output] = Object.values(metafile.outputs)
  const [file] = outputFiles
  if (output === undefined || file === undefined) throw new Error('esbuild gave no output')
  return {
    code: file.text,
    imports: output.imports.map(({ path }) => path),
    parts: Object.entries(output.inputs)
      .map(([path, { bytesInOutput }]) => ({ file: path, bytes: bytesInOutput }))
      .toSorted((a, b) => b.bytes - a.bytes),
  }
}
