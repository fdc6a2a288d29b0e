// Writes src/builtin/texts.generated.ts: the built-in rules as strings, so that the package reads no files. Runs at each
// install, build and test run.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'

const folder = new URL('src/builtin/', import.meta.url)

/** Also the globalSetup of vitest: tests judge by the rules as they are now. */
export function setup() {
  const names = readdirSync(folder).filter((name) => name.endsWith('.yml') && !name.endsWith('.cases.yml'))
  const texts = names.sort().map((name) => [name.slice(0, -'.yml'.length), readFileSync(new URL(name, folder), 'utf8')])
  const source = `// Written by build.mjs from the *.yml files of this folder; change those.
export const TEXTS: Readonly<Record<string, string>> = ${JSON.stringify(Object.fromEntries(texts), null, 2)}
`
  const file = new URL('texts.generated.ts', folder)
  // Other processes, such as the type check, may be reading the file.
  if (!existsSync(file) || readFileSync(file, 'utf8') !== source) writeFileSync(file, source)
}

if (process.argv[1] === import.meta.filename) setup()
