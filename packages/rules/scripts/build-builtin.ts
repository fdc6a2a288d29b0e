import { readdirSync, readFileSync, writeFileSync } from 'node:fs'

/**
 * Writes `src/builtin/index.ts` from the rules beside it, so that the package holds them without reading files.
 * Run by `node --import tsx scripts/build-builtin.ts` in `packages/rules`; a test fails when this was forgotten.
 */
const folder = new URL('../src/builtin/', import.meta.url)

export function builtinSource(): string {
  const files = readdirSync(folder).filter((name) => name.endsWith('.yml') && !name.endsWith('.cases.yml'))
  const rows = files.sort().map((name) => {
    const text = readFileSync(new URL(name, folder), 'utf8')
    const literal = text.replaceAll('\\', '\\\\').replaceAll('`', '\\`').replaceAll('${', '\\${')
    return `  {\n    id: '${name.slice(0, -'.yml'.length)}',\n    text: \`${literal}\`,\n  },\n`
  })
  return `// Written by scripts/build-builtin.ts from the *.yml files of this folder; change those.

export interface BuiltinRule {
  /** The rule's id and the name of its file. */
  readonly id: string
  /** The YAML of the rule, for \`parseRule\`. */
  readonly text: string
}

export const BUILTIN_RULES: readonly BuiltinRule[] = [
${rows.join('')}]
`
}

if (process.argv[1] !== undefined && import.meta.url.endsWith(process.argv[1].split('/').slice(-2).join('/')))
  writeFileSync(new URL('index.ts', folder), builtinSource())
