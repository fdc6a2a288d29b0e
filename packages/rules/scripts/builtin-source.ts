import { readdirSync, readFileSync } from 'node:fs'

export const BUILTIN_FOLDER = new URL('../src/builtin/', import.meta.url)

/** The text of `src/builtin/index.ts`: the rules beside it as strings, so that the package reads no files. */
export function builtinSource(): string {
  const files = readdirSync(BUILTIN_FOLDER).filter((name) => name.endsWith('.yml') && !name.endsWith('.cases.yml'))
  const rows = files.sort().map((name) => {
    const text = readFileSync(new URL(name, BUILTIN_FOLDER), 'utf8')
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
