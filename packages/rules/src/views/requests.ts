import { programName, type Started } from './unwrap.ts'
import { made, slice } from './view-text.ts'
import { asUrl, urlsIn, type Request } from './web-views.ts'
import type { ViewText } from '../match/view.ts'

type Names = ReadonlySet<string>

/** A program that fetches the addresses in its arguments. */
interface Fetcher {
  /** The default scheme of an address. */
  readonly scheme?: string
  /** Options whose value is the next word. Without it, the value of any option may be an address. */
  readonly valued?: Names
  readonly agent?: Names
  /** Whether the method is a separate word. */
  readonly verb?: boolean
  /** Words of which one must be present for the program to make a request. Without it, every call does. */
  readonly asks?: Names
}

const namesIn = (text: string): Names => new Set(text.split(' '))

const CURL_VALUED = namesIn(
  '-A -b -c -C -d -D -e -E -F -H -K -m -o -P -Q -r -t -T -u -U -w -x -X -y -Y -z --user-agent --cookie --cookie-jar ' +
    '--data --data-raw --data-binary --data-ascii --data-urlencode --json --form --form-string --header --output ' +
    '--output-dir --proxy --referer --request --upload-file --user --cacert --cert --key --max-time --connect-timeout ' +
    '--url --retry --resolve --config --write-out --range --limit-rate',
)
const WGET_VALUED = namesIn(
  '-O -o -a -P -U -e -i -t -T -w -Q --output-document --output-file --append-output --directory-prefix --user-agent ' +
    '--header --post-data --post-file --method --body-data --body-file --referer --input-file --tries --timeout',
)

const FETCHERS: ReadonlyMap<string, Fetcher> = new Map(
  Object.entries<Fetcher>({
    curl: { scheme: 'http://', valued: CURL_VALUED, agent: namesIn('-A --user-agent') },
    wget: { scheme: 'http://', valued: WGET_VALUED, agent: namesIn('-U --user-agent') },
    http: { scheme: 'http://', verb: true },
    https: { scheme: 'https://', verb: true },
    httpie: { scheme: 'http://', verb: true },
    git: { asks: namesIn('clone fetch pull push remote ls-remote submodule') },
    pip: {},
    pip3: {},
    npm: {},
    npx: {},
    iwr: {},
    irm: {},
    'invoke-webrequest': {},
    'invoke-restmethod': {},
  }),
)

export function requestsOf({ words }: Started, image: ViewText): readonly Request[] {
  const [program, ...given] = words
  const fetcher = FETCHERS.get(programName(program?.text ?? ''))
  if (fetcher === undefined) return []
  const { scheme, verb, valued, asks } = fetcher
  if (asks !== undefined && !given.some(({ text }) => asks.has(text))) return []
  const urls: ViewText[] = []
  let [explicit, implied, agent]: (ViewText | null)[] = [null, null, null]
  const add = (word: ViewText) => {
    const url = scheme === undefined ? null : asUrl(word, scheme)
    urls.push(...(url === null ? urlsIn(word) : [url]))
  }
  for (let at = 0; at < given.length; at++) {
    const word = given[at]
    if (word === undefined) break
    const option = valued === undefined ? null : optionOf(word, given[at + 1], valued)
    if (valued === undefined || option === null) {
      if (verb === true && /^[A-Z]{3,16}$/.test(word.text)) explicit ??= word
      else add(word)
      continue
    }
    const { name, value } = option
    if (value !== null && value === given[at + 1] && valued.has(name)) at++
    if (name === '--url' && value !== null) add(value)
    else if (METHOD.has(name)) explicit = value
    else if (fetcher.agent?.has(name) === true) agent = value
    else if (/^(?:-[a-zA-Z]*G[a-zA-Z]*|--get)$/.test(name)) implied = made('GET', word)
    else implied ??= impliedMethod(name, word)
  }
  return urls.map((url) => ({ url, method: explicit ?? implied ?? null, agent: agent ?? null, image }))
}

const METHOD = namesIn('-X --request --method')

function impliedMethod(option: string, word: ViewText): ViewText | null {
  if (/^(?:-d|-F|--data(?:-.*)?|--json|--form(?:-.*)?|--post-(?:data|file))$/.test(option)) return made('POST', word)
  if (/^(?:-T|--upload-file)$/.test(option)) return made('PUT', word)
  return /^(?:-[a-zA-Z]*I[a-zA-Z]*|--head)$/.test(option) ? made('HEAD', word) : null
}

/** Parses an option such as `-XPOST`, `-X POST`, `--request=POST` or `-sX POST`; null if the word is an argument. */
function optionOf(
  word: ViewText,
  next: ViewText | undefined,
  valued: Names,
): { readonly name: string; readonly value: ViewText | null } | null {
  const { text } = word
  if (!/^-[^-\s]|^--[a-z]/i.test(text)) return null
  if (text.startsWith('--')) {
    const equals = text.indexOf('=')
    if (equals < 0) return { name: text, value: next ?? null }
    return { name: text.slice(0, equals), value: slice(word, equals + 1, text.length) }
  }
  for (let at = 1; at < text.length; at++) {
    const name = `-${text.charAt(at)}`
    if (valued.has(name))
      return { name, value: at + 1 < text.length ? slice(word, at + 1, text.length) : (next ?? null) }
  }
  return { name: text, value: null }
}

const POWERSHELL_FETCHERS =
  /\b(?:iwr|irm|curl|wget|invoke-webrequest|invoke-restmethod|start-bitstransfer|downloadstring|downloadfile|downloaddata|git|pip3?|npm|npx)\b/i

/** The cmdlets of a pipeline are not separate programs, so all addresses in the command count. */
export function requestsOfPowerShell(command: ViewText, image: ViewText): readonly Request[] {
  if (!POWERSHELL_FETCHERS.test(command.text)) return []
  const method = /\s-Method\s+['"]?([A-Za-z]{1,16})/i.exec(command.text)
  const start = method === null ? 0 : method.index + method[0].length - (method[1]?.length ?? 0)
  const explicit = method === null ? null : slice(command, start, method.index + method[0].length)
  return urlsIn(command).map((url) => ({ url, method: explicit, agent: null, image }))
}
