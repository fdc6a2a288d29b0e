import { build } from 'esbuild'
import { fileURLToPath } from 'node:url'

/** Bundles the reporter with what it uses of @trpc/client into one ES module; gives its size and the files that went into it. */
export async function bundle(outdir = fileURLToPath(new URL('dist', import.meta.url))) {
  const { metafile } = await build({
    entryPoints: [fileURLToPath(new URL('src/index.ts', import.meta.url))],
    outdir,
    bundle: true,
    format: 'esm',
    platform: 'neutral',
    target: ['es2022', 'node20'],
    metafile: true,
    logLevel: 'warning',
  })
  const [{ bytes }] = Object.values(metafile.outputs)
  return { bytes, inputs: Object.keys(metafile.inputs) }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { bytes } = await bundle()
  console.log(`sdk: dist/index.js, ${(bytes / 1024).toFixed(1)} KiB`)
}
