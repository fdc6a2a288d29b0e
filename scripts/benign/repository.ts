import { relative } from 'node:path'
import { code, resultOf, type Family, type Text } from './family.ts'
import { textsOf } from './files.ts'
import { git, ownFiles } from './git.ts'

/** What agents read and write while they work on this repository. Much of it describes attacks. */
export const REPOSITORY: readonly Family[] = [
  documents('own-docs', /^(docs\/.*|(README|CHANGELOG|CONTRIBUTING|SECURITY)\.md)$/),
  documents('own-rules', /^packages\/rules\/src\/builtin\/.*\.yml$/),
  documents('own-tests', /\.test\.tsx?$/),
  {
    name: 'own-source',
    category: 'benign_code',
    texts: ({ root }) =>
      textsOf(ownFiles(root, /^(apps|packages|scripts|bench)\/.*(?<!\.test)\.tsx?$/), (path) => relative(root, path)),
    entry: code,
  },
  {
    name: 'git-diffs',
    category: 'benign_code',
    texts: ({ root }) => diffs(root),
    entry: resultOf('shell'),
  },
]

function documents(name: string, pattern: RegExp): Family {
  return {
    name,
    category: 'benign_document',
    texts: ({ root }) => textsOf(ownFiles(root, pattern)),
    entry: resultOf('read_file'),
  }
}

function* diffs(root: string): Generator<Text> {
  const commits = git(root, ['rev-list', '--no-merges', 'HEAD']).split('\n').filter(Boolean)
  for (const commit of commits) yield { text: git(root, ['show', '--no-color', commit]) }
}
