import { createRequire } from 'node:module'
import { join } from 'node:path'
import { command, type Family, type Text } from './family.ts'
import { filesOfAny, packageFilesNamed, readText, textsOf } from './files.ts'
import { ownFiles } from './git.ts'
import { shellBlocks } from './readme.ts'

/** Commands that developers, packages and build servers run. */
export const COMMANDS: readonly Family[] = [
  commands('package-scripts', (root) => [
    ...packageScripts([...packageFilesNamed(root, /^package\.json$/), ...ownFiles(root, /(^|\/)package\.json$/)]),
  ]),
  commands('dpkg-scripts', () =>
    textsOf(filesOfAny(['/var/lib/dpkg/info']).filter((path) => /\.(pre|post)(inst|rm)$/.test(path))),
  ),
  commands('workflow-runs', workflowRuns),
  commands('readme-commands', readmeCommands),
  commands('own-ci', ownCommands),
]

function commands(name: string, texts: (root: string) => Iterable<Text>): Family {
  return { name, category: 'benign_command', texts: ({ root }) => texts(root), entry: command }
}

function* packageScripts(paths: readonly string[]): Generator<Text> {
  for (const { text } of textsOf(paths)) for (const script of scriptsOf(text)) yield { text: script }
}

function scriptsOf(packageJson: string): string[] {
  try {
    const { scripts } = JSON.parse(packageJson) as { readonly scripts?: Readonly<Record<string, unknown>> }
    return Object.values(scripts ?? {}).filter((script) => typeof script === 'string')
  } catch {
    // Packages ship broken files as test data.
    return []
  }
}

type Parse = (text: string) => unknown

function* workflowRuns(root: string): Generator<Text> {
  // The root package does not depend on `yaml`, but a package of the repository does.
  const { parse } = createRequire(join(root, 'packages/rules/package.json'))('yaml') as { readonly parse: Parse }
  const workflows = [...packageFilesNamed(root, /\.ya?ml$/), ...ownFiles(root, /^\.github\/.*\.ya?ml$/)]
  for (const { text } of textsOf(workflows)) for (const run of runsOf(text, parse)) yield { text: run }
  const dockerfiles = [...packageFilesNamed(root, /^Dockerfile/), ...ownFiles(root, /(^|\/)Dockerfile[^/]*$/)]
  for (const { text } of textsOf(dockerfiles)) for (const run of dockerRuns(text)) yield { text: run }
}

function runsOf(workflow: string, parse: Parse): string[] {
  try {
    return [...stepRuns(parse(workflow))]
  } catch {
    return []
  }
}

/** The `run` of each step, at any depth, because build services nest their steps differently. */
function* stepRuns(node: unknown): Generator<string> {
  if (typeof node !== 'object' || node === null) return
  for (const [key, value] of Object.entries(node)) {
    if (key === 'run' && typeof value === 'string') yield value
    else yield* stepRuns(value)
  }
}

function dockerRuns(dockerfile: string): string[] {
  const runs = dockerfile.matchAll(/^RUN\s+((?:[^\n]*\\\n)*[^\n]*)/gim)
  return Array.from(runs, ([, run = '']) => run)
}

function* readmeCommands(root: string): Generator<Text> {
  for (const { text } of textsOf(packageFilesNamed(root, /^readme/i)))
    for (const block of shellBlocks(text)) yield { text: block }
}

function* ownCommands(root: string): Generator<Text> {
  const ci = readText(join(root, '.ci/run'))
  if (ci !== null) yield { text: ci }
  yield* packageScripts(ownFiles(root, /(^|\/)package\.json$/))
  for (const { text } of textsOf(ownFiles(root, /^(docs\/.*|[A-Z]+)\.md$/)))
    for (const block of shellBlocks(text)) for (const one of commandsOf(block)) yield { text: one }
}

/** The commands of a block. A command goes on after a line that ends with a backslash or a pipe, and inside quotes. */
function commandsOf(block: string): string[] {
  const all: string[] = []
  let open = ''
  for (const line of block.split('\n')) {
    if (open === '' && line.trimStart().startsWith('#')) continue
    open = open === '' ? line.trim() : `${open}\n${line}`
    const quotes = open.split("'").length - 1
    if (/[\\|]$/.test(line) || quotes % 2 === 1) continue
    all.push(open)
    open = ''
  }
  return [...all, open].filter((one) => one !== '')
}
