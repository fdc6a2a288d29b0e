// What a first visit loads, against the budget of the design: fails above it. Run after `vite build`.
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { gzipSync } from 'node:zlib'

const KiB = 1024
const BUDGET = { js: 180 * KiB, engine: 120 * KiB, css: 25 * 1000, fonts: 130 * 1000 }
const dist = new URL('./dist/', import.meta.url)
const manifest = JSON.parse(readFileSync(new URL('.vite/manifest.json', dist), 'utf8'))
const gzipped = (file) => gzipSync(readFileSync(new URL(file, dist))).length

/** The chunk and all that it imports without being asked to. */
function loaded(name, into = new Set()) {
  if (into.has(name)) return into
  into.add(name)
  for (const next of manifest[name].imports ?? []) loaded(next, into)
  return into
}

const chunk = (name) =>
  Object.keys(manifest).find((key) => manifest[key].name === name && manifest[key].file.endsWith('.js'))
const FRAME = ['index.html', chunk('org-frame')]
const ROUTES = {
  overview: [...FRAME, chunk('overview-page')],
  logs: [...FRAME, chunk('logs-page')],
  rules: [...FRAME, chunk('rules-page')],
  'set-up': ['index.html', chunk('set-up-page')],
  'sign-in': ['index.html', chunk('sign-in-page')],
}
const lines = Object.entries(ROUTES).map(([route, names]) => {
  const chunks = new Set(names.flatMap((name) => [...loaded(name)]))
  const size = [...chunks].reduce((sum, name) => sum + gzipped(manifest[name].file), 0)
  return [`js ${route}`, size, BUDGET.js]
})
// Drawn once the figures are there, or loaded when a rule is opened; not part of the first paint.
lines.push(['js charts', gzipped(manifest[chunk('stacked-bars')].file), BUDGET.js])
lines.push(['js editor', gzipped(manifest[chunk('rule-editor')].file), BUDGET.js])
const engine = readdirSync(new URL('assets/', dist)).find((file) => file.startsWith('check-worker-'))
lines.push(['js engine', gzipped(`assets/${engine}`), BUDGET.engine])
const styles = new Set(Object.values(manifest).flatMap(({ css = [] }) => css))
const fonts = Object.values(manifest)
  .map(({ file }) => file)
  .filter((file) => file.endsWith('.woff2'))
lines.push(['css', [...styles].reduce((sum, file) => sum + gzipped(file), 0), BUDGET.css])
lines.push(['fonts', fonts.reduce((sum, file) => sum + statSync(new URL(file, dist)).size, 0), BUDGET.fonts])

let over = false
for (const [name, size, most] of lines) {
  over ||= size > most
  process.stdout.write(
    `${name.padEnd(12)} ${(size / KiB).toFixed(1).padStart(7)} KiB of ${(most / KiB).toFixed(1)} KiB${size > most ? '  ABOVE THE BUDGET' : ''}\n`,
  )
}
process.exitCode = over ? 1 : 0
