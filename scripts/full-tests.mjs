// Long tests run at a smaller size unless their package has changed since it last passed at full size. The
// fingerprints of packages that passed are in `.ci/full-tests.json`, which `npm test -- --full` writes and `.ci/run`
// reads. `node scripts/full-tests.mjs` prints the folders that have changed, such as `db,rules`.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const record = `${root}.ci/full-tests.json`
const git = (...args) => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim()

/** Returns, by folder name, the SHA-256 of each package's committed files and of its workspace dependencies. */
function fingerprints() {
  const packages = new Map()
  for (const parent of ['apps', 'packages'])
    for (const folder of readdirSync(`${root}${parent}`)) {
      const manifest = `${root}${parent}/${folder}/package.json`
      if (!existsSync(manifest)) continue
      const { name, dependencies = {}, devDependencies = {} } = JSON.parse(readFileSync(manifest, 'utf8'))
      const needs = Object.keys({ ...dependencies, ...devDependencies })
      packages.set(name, { folder, tree: git('rev-parse', `HEAD:${parent}/${folder}`), needs })
    }
  const reached = (name, found = new Set()) => {
    if (!packages.has(name) || found.has(name)) return found
    found.add(name)
    for (const need of packages.get(name).needs) reached(need, found)
    return found
  }
  const lockfile = git('rev-parse', 'HEAD:pnpm-lock.yaml')
  return Object.fromEntries(
    [...packages].map(([name, { folder }]) => {
      const trees = [...reached(name)].map((one) => packages.get(one).tree).toSorted()
      return [
        folder,
        createHash('sha256')
          .update([lockfile, ...trees].join('\n'))
          .digest('hex'),
      ]
    }),
  )
}

export function changedSinceFullTests() {
  const passed = existsSync(record) ? JSON.parse(readFileSync(record, 'utf8')) : {}
  return Object.entries(fingerprints())
    .filter(([folder, fingerprint]) => passed[folder] !== fingerprint)
    .map(([folder]) => folder)
    .toSorted()
}

/** Records that every test passed at full size. Does nothing if there are uncommitted changes. */
export function recordFullTests() {
  if (git('status', '--porcelain', '--', 'apps', 'packages', 'pnpm-lock.yaml') !== '') return false
  writeFileSync(record, `${JSON.stringify(fingerprints(), null, 2)}\n`)
  return true
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(changedSinceFullTests().join(','))
