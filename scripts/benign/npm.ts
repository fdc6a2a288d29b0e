import { resultOf, type Family, type Text } from './family.ts'
import { packageFilesNamed, textsOf } from './files.ts'

/** Documents in the packages that are installed for this repository. */
export const NPM: readonly Family[] = [
  documents('npm-readmes', (root) => packageFilesNamed(root, /^readme/i)),
  documents('npm-changelogs', (root) => packageFilesNamed(root, /^(changelog|changes|history)\b/i)),
  documents('npm-package-json', (root) => packageFilesNamed(root, /^package\.json$/)),
  documents('npm-docs', (root) =>
    packageFilesNamed(root, /\.md$/i).filter(
      (path) => !/\/(readme|changelog|changes|history|licen[cs]e)[^/]*$/i.test(path),
    ),
  ),
  documents('npm-workflows', (root) => packageFilesNamed(root, /\.ya?ml$/)),
]

function documents(name: string, paths: (root: string) => readonly string[]): Family {
  return {
    name,
    category: 'benign_document',
    texts: ({ root }): Iterable<Text> => textsOf(paths(root)),
    entry: resultOf('read_file'),
  }
}
