import type { Started } from './unwrap.ts'
import { asUrl, urlsIn, type Request } from './web-views.ts'
import { made, slice } from './view-text.ts'
import { programName } from './unwrap.ts'
import type { ViewText } from '../match/view.ts'

/** A program that fetches what its arguments name. */
interface Fetcher {
  /** Whether an address may do without `http://`. */
  readonly bare?: boolean
  /** Options of which the value is the next word. */
  readonly valued?: string
}

const CURL_VALUED =
  '-A -b -c -C -d -D -e -E -F -H -K -m -o -P -Q -r -t -T -u -U -w -x -X -y -Y -z --user-agent --cookie --cookie-jar ' +
  '--data --data-raw --data-binary --data-ascii --data-urlencode --json --form --form-string --header --output ' +
  '--output-dir --proxy --referer --request --upload-file --user --cacert --cert --key --max-time --connect-timeout ' +
  '--url --retry --resolve --config --write-out --range --limit-rate'
const WGET_VALUED =
  '-O -o -a -P -U -e -i -t -T -w -Q --output-document --output-file --append-output --directory-prefix --user-agent ' +
  '--header --post-data --post-file --method --body-data --body-file --referer --input-file --tries --timeout'

const FETCHERS: Readonly<Partial<Record<string, Fetcher>>> = {
  curl: { bare: true, valued: CURL_VALUED },
  wget: { bare: true, valued: WGET_VALUED },
  http: { bare: true },
  https: { bare: true },
  httpie: { bare: true },
  git: {},
  pip: {},
  pip3: {},
  npm: {},
  npx: {},
  iwr: {},
  irm: {},
  'invoke-webrequest': {},
  'invoke-restmethod': {},
}
const VALUED = new Map(
  Object.entries(FETCHERS).map(([name, fetcher]) => [name, new Set((fetcher?.valued ?? '').split(' '))]),
)

export function requestsOf({ words }: Started, image: ViewText): readonly Request[] {
  const [program, ...given] = words
  const name = programName(program?.text ?? '')
    .toLowerCase()
    .replace(/\.exe$/, '')
  const valued = VALUED.get(name)
  if (valued === undefined) return []
  const urls: ViewText[] = []
  let [method, agent]: [ViewText | null, ViewText | null] = [null, null]
  for (let at = 0; at < given.length; at++) {
    const word = given[at]
    if (word === undefined) break
    const { option, value } = optionOf(word, given[at + 1], valued)
    if (option === null) {
      const url = FETCHERS[name]?.bare === true ? asUrl(word) : null
      urls.push(...(url === null ? urlsIn(word) : [url]))
      continue
    }
    if (value !== null && valued.has(option) && value === given[at + 1]) at++
    if (option === '--url' && value !== null) urls.push(...urlsIn(value))
    else if (METHOD.has(option) && value !== null) method = value
    else if (option === '-A' || option === '-U' || option === '--user-agent') {
      if (name !== 'curl' || option !== '-U') agent = value
    } else if (name === 'curl' || name === 'wget') method ??= impliedMethod(option, word)
  }
  return urls.map((url) => ({ url, method, agent, image }))
}

const METHOD = new Set(['-X', '--request', '--method'])

function impliedMethod(option: string, word: ViewText): ViewText | null {
  if (/^(?:-d|-F|--data(?:-.*)?|--json|--form(?:-.*)?|--post-(?:data|file))$/.test(option)) return made('POST', word)
  if (/^(?:-T|--upload-file)$/.test(option)) return made('PUT', word)
  return /^(?:-I|--head)$/.test(option) ? made('HEAD', word) : null
}

/** Of `-XPOST`, `-X POST`, `--request=POST`, `-sX POST`; no option where the word is an argument. */
function optionOf(
  word: ViewText,
  next: ViewText | undefined,
  valued: ReadonlySet<string>,
): { readonly option: string | null; readonly value: ViewText | null } {
  const { text } = word
  if (!/^-[^-\s]|^--[a-z]/i.test(text)) return { option: null, value: null }
  if (text.startsWith('--')) {
    const equals = text.indexOf('=')
    if (equals < 0) return { option: text, value: next ?? null }
    return { option: text.slice(0, equals), value: slice(word, equals + 1, text.length) }
  }
  for (let at = 1; at < text.length; at++) {
    const option = `-${text.charAt(at)}`
    if (valued.has(option))
      return { option, value: at + 1 < text.length ? slice(word, at + 1, text.length) : (next ?? null) }
  }
  return { option: text, value: null }
}

const POWERSHELL_FETCHERS =
  /\b(?:iwr|irm|curl|wget|invoke-webrequest|invoke-restmethod|start-bitstransfer|downloadstring|downloadfile|downloaddata|git|pip3?|npm|npx)\b/i

/** The cmdlets of a pipeline are no programs: the addresses of all of it count. */
export function requestsOfPowerShell(command: ViewText, image: ViewText): readonly Request[] {
  if (!POWERSHELL_FETCHERS.test(command.text)) return []
  const method = /\s-Method\s+['"]?([A-Za-z]{1,16})/i.exec(command.text)
  const start = method === null ? 0 : method.index + method[0].length - (method[1]?.length ?? 0)
  const said = method === null ? null : slice(command, start, method.index + method[0].length)
  return urlsIn(command).map((url) => ({ url, method: said, agent: null, image }))
}
