import { execFileSync } from 'node:child_process'
import { basename, relative } from 'node:path'
import { code, type Family, type Text } from './family.ts'
import { filesOfAny, filesUnder, head, packageFilesNamed, textsOf } from './files.ts'
import { PERL_FOLDERS } from './debian.ts'

/** Source code of others. */
export const CODE: readonly Family[] = [
  sources('npm-typescript', (root) => textsOf(packageFilesNamed(root, /\.[mc]?tsx?$/), insidePackage)),
  sources('npm-javascript', (root) => notMinified(textsOf(packageFilesNamed(root, /\.[mc]?js$/), insidePackage))),
  sources('python-stdlib', pythonLibrary),
  sources('perl-modules', () =>
    textsOf(
      filesOfAny(PERL_FOLDERS).filter((path) => /\.p[ml]$/.test(path)),
      (path) => `lib/${basename(path)}`,
    ),
  ),
  sources('c-headers', () => textsOf(filesOfAny(['/usr/include']), (path) => relative('/usr', path))),
  sources('shell-scripts', () =>
    textsOf(
      filesOfAny(['/etc', '/usr/bin', '/usr/sbin', '/usr/share', '/usr/lib']).filter(isShellScript),
      (path) => `scripts/${basename(path, '.sh')}.sh`,
    ),
  ),
  sources('bash-completions', () =>
    textsOf(filesOfAny(['/usr/share/bash-completion']), (path) => `completions/${basename(path)}`),
  ),
]

function sources(name: string, texts: (root: string) => Iterable<Text>): Family {
  return { name, category: 'benign_code', texts: ({ root }) => texts(root), entry: code }
}

/** The path of a file inside its package, as it may have been in the package's own repository. */
function insidePackage(path: string): string {
  const inside = path.slice(path.lastIndexOf('/node_modules/') + '/node_modules/'.length)
  return inside.replace(/^(@[^/]+\/)?[^/]+\//, '').replace(/^(dist|lib|build|out)\//, 'src/')
}

const MINIFIED_LINE = 2000

function* notMinified(texts: Iterable<Text>): Generator<Text> {
  for (const one of texts) if (one.text.split('\n').every((line) => line.length <= MINIFIED_LINE)) yield one
}

function pythonLibrary(): Iterable<Text> {
  const folder = execFileSync('python3', ['-c', "import sysconfig; print(sysconfig.get_paths()['stdlib'])"], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim()
  const files = [...filesUnder(folder, { skip: (name) => name === 'site-packages' || name === 'dist-packages' })]
  return textsOf(
    files.filter((path) => path.endsWith('.py')),
    (path) => `src/${relative(folder, path)}`,
  )
}

function isShellScript(path: string): boolean {
  try {
    return /^#! *\S*(\/|env +)(ba|da|a|k|z)?sh\b/.test(head(path, 64).toString('latin1'))
  } catch {
    return false
  }
}
