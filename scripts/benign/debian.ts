import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { resultOf, type Family, type Text } from './family.ts'
import { filesOfAny, textsOf } from './files.ts'

/** Documents and settings that a Debian system comes with. */
export const DEBIAN: readonly Family[] = [
  documents('debian-docs', () => textsOf(filesOfAny(['/usr/share/doc']).filter(isDocument))),
  documents('man-pages', manPages),
  documents('perl-pod', perlDocumentation),
  documents('etc-files', settings),
  documents('systemd-units', () => textsOf(filesOfAny(['/lib/systemd/system', '/usr/lib/systemd']))),
  documents('licenses', () => textsOf(filesOfAny(['/usr/share/common-licenses']))),
  documents('dpkg-status', installedPackages),
  documents('debconf-templates', () =>
    textsOf(filesOfAny(['/var/lib/dpkg/info']).filter((path) => path.endsWith('.templates'))),
  ),
]

export const PERL_FOLDERS = ['/usr/share/perl', '/usr/share/perl5', '/usr/lib']

function documents(name: string, texts: () => Iterable<Text>): Family {
  return { name, category: 'benign_document', texts, entry: resultOf('read_file') }
}

function isDocument(path: string): boolean {
  return /^(readme|news|todo|copyright|changelog)/i.test(basename(path))
}

function* manPages(): Generator<Text> {
  const folders = Array.from({ length: 8 }, (_, at) => `/usr/share/man/man${at + 1}`)
  for (const { text } of textsOf(filesOfAny(folders))) yield { text: withoutRoff(text) }
}

const ROFF_CHARACTERS: Readonly<Partial<Record<string, string>>> = {
  aq: "'",
  dq: '"',
  lq: '“',
  rq: '”',
  oq: '‘',
  cq: '’',
  bu: '•',
  em: '—',
  en: '–',
  ha: '^',
  ti: '~',
  rs: '\\',
}

/** A manual page roughly as `man` shows it: without comments, names of macros, and escapes. */
function withoutRoff(source: string): string {
  return source
    .split('\n')
    .filter((line) => !/^['.]\s*\\"/.test(line))
    .map((line) => (/^['.]\s*[A-Za-z]/.test(line) ? line.replace(/^['.]\s*\w+ ?/, '').replaceAll('"', '') : line))
    .join('\n')
    .replaceAll(/\\f(?:\(..|\[[^\]]*\]|.)/g, '')
    .replaceAll(/\\s[-+]?\d/g, '')
    .replaceAll(/\\\((..)/g, (_, name: string) => ROFF_CHARACTERS[name] ?? '')
    .replaceAll(/\\[&|^/,:]/g, '')
    .replaceAll('\\-', '-')
    .replaceAll('\\e', '\\')
    .replaceAll('\\ ', ' ')
    .replaceAll(/\n{3,}/g, '\n\n')
}

function* perlDocumentation(): Generator<Text> {
  for (const { text } of textsOf(filesOfAny(PERL_FOLDERS).filter((path) => /\.(pod|pm|pl)$/.test(path))))
    yield { text: podOf(text) }
}

/** The documentation in a Perl file: what stands between a line `=name` and the line `=cut`. */
function podOf(source: string): string {
  const kept: string[] = []
  let inside = false
  for (const line of source.split('\n')) {
    if (/^=[a-zA-Z]/.test(line)) inside = !line.startsWith('=cut')
    if (inside) kept.push(line)
  }
  return kept.join('\n')
}

/** Names of files that hold secrets or identify the machine. */
const PRIVATE_NAME = /shadow|machine-id|secret|credential|auth\.conf|netrc|npmrc|pgpass|_key$|\.key$/i
/** A private key, or a password in an address. */
const PRIVATE_TEXT = /PRIVATE KEY-----|:\/\/[^\s/@:]+:[^\s/@]+@/

function* settings(): Generator<Text> {
  const paths = filesOfAny(['/etc']).filter((path) => !path.startsWith('/etc/ssl/') && !PRIVATE_NAME.test(path))
  for (const one of textsOf(paths)) if (!PRIVATE_TEXT.test(one.text)) yield one
}

/** What `dpkg -s` says of each installed package, its description among it. */
function installedPackages(): Text[] {
  return readFileSync('/var/lib/dpkg/status', 'utf8')
    .split('\n\n')
    .map((text) => ({ text }))
}
