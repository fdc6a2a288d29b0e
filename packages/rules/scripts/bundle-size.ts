// What the engine weighs in a browser: `node --import tsx scripts/bundle-size.ts [NAME…]`; without names, what an
// editor of rules loads.
import { gzipSync } from 'node:zlib'
import { browserBundle } from './browser-bundle.ts'

const names = process.argv.slice(2)
const { code, imports, parts } = await browserBundle(names.length > 0 ? names : undefined)
const kib = (bytes: number) => `${(bytes / 1024).toFixed(1)} KiB`

process.stdout.write(`${kib(Buffer.byteLength(code))} minified, ${kib(gzipSync(code, { level: 9 }).length)} gzipped\n`)
if (imports.length > 0) process.stdout.write(`left to the surroundings: ${imports.join(', ')}\n`)

/** `yaml`, `re2js` and the folders of this package. */
const groupOf = (file: string) =>
  /node_modules\/(?!\.pnpm)((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ??
  file.replace(/^.*?src\//, 'src/').replace(/\/[^/]*$/, '')
const groups = new Map<string, number>()
for (const { file, bytes } of parts) groups.set(groupOf(file), (groups.get(groupOf(file)) ?? 0) + bytes)
for (const [group, bytes] of [...groups].toSorted((a, b) => b[1] - a[1]))
  process.stdout.write(`${kib(bytes).padStart(12)}  ${group}\n`)
