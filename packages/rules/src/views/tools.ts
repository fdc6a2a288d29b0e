import { addCommandViews } from './process-views.ts'
import { addDatabaseView, looksLikeSql } from './database-view.ts'
import type { ViewDraft } from './draft.ts'
import { addFileView, type FileAction } from './file-views.ts'
import { patchedFiles } from './patch.ts'
import { shellCalls } from './shell.ts'
import { valuesOf, type ToolCall } from './tool-call.ts'
import { joined, made, picked, slice, type Pick } from './view-text.ts'
import { addWebViews, urlsIn } from './web-views.ts'
import type { ViewText } from '../match/view.ts'

/** Tool names of agents, in lowercase and without word separators. */
const namesIn = (text: string) => new Set(text.split(' '))

const SHELLS = namesIn(
  'bash powershell pwsh cmd shell sh zsh run exec execute spawn system terminal monitor localshell shellcommand execcommand unifiedexec writestdin ' +
    'writebash runshellcommand runshell runinterminal runterminalcmd runterminalcommand runcommand executecommand ' +
    'beforeshellexecution preruncommand',
)
const INTERPRETERS = namesIn('pythonrepl codeinterpreter python runpython executepython')
const READERS = namesIn(
  'read grep glob lsp ls cat view rg readfile readmanyfiles listdirectory grepsearch filesearch searchfilecontent ' +
    'viewimage beforereadfile prereadcode readfiletool readtextfile readmediafile readmultiplefiles',
)
const WRITERS = namesIn('write writefile create createfile prewritecode beforewritefile writefiletool savefile')
const EDITORS = namesIn(
  'edit multiedit notebookedit replace replacestringinfile insertedit inserteditintofile editfiles editfile ' +
    'afterfileedit strreplace searchreplace strreplaceeditor strreplacebasededittool patch applypatch',
)
const DELETERS = namesIn('delete deletefile removefile deletepath unlink')
const BROWSERS = namesIn(
  'webfetch websearch googlewebsearch fetchwebpage fetch fetchurl httpget requestsget browse webbaseloader',
)

/** Adds the views of the call: by the tool's name if it is known, otherwise by its arguments. */
export function addToolViews(draft: ViewDraft): void {
  const { call } = draft
  const { name } = call
  if (call.isShellCommand || SHELLS.has(name) || isBareCommand(call)) addShell(draft)
  else if (INTERPRETERS.has(name)) addInterpreter(draft)
  else if (EDITORS.has(name)) addEdit(draft)
  else if (READERS.has(name)) addFiles(draft, 'file_access')
  else if (WRITERS.has(name)) addFiles(draft, 'file_event')
  else if (DELETERS.has(name)) addFiles(draft, 'file_delete')
  else if (BROWSERS.has(name)) addPages(draft, addressesIn(call))
  else addByArguments(draft)
}

/** A text without a tool's name is most likely a command line. */
const isBareCommand = ({ nameText, given }: ToolCall) => nameText === null && given.every(({ name }) => name === '')

function addShell(draft: ViewDraft): void {
  for (const { command, shell } of shellCalls(draft.call, draft.system)) addCommandViews(draft, command, shell)
}

const CODE = namesIn('code query input python_code source script command')

function addInterpreter(draft: ViewDraft): void {
  const { call, system, agent } = draft
  const code = valuesOf(call, CODE)[0] ?? onlyText(call)
  if (code === null || !draft.affords(code.text.length)) return
  const image = system === 'windows' ? 'C:\\Windows\\System32\\python3.exe' : '/usr/bin/python3'
  draft.add(
    { product: system, category: 'process_creation' },
    {
      CommandLine: joined([made('python3 -c ', code), code]),
      Image: made(image, call.nameText),
      ParentImage: agent,
      ParentCommandLine: agent,
    },
  )
}

/** The text of arguments that are one text. */
const onlyText = ({ given }: ToolCall) => given.find(({ name }) => name === '')?.text ?? null

const PATHS = namesIn(
  'file_path filePath filepath path paths notebook_path target_file absolute_path file files filename fileName ' +
    'include dir_path directory relative_path target_directory relative_workspace_path',
)
const CONTENTS = namesIn(
  'content contents file_text text new_string newString new_str new_source code_edit code replacement insert_line_text ' +
    'data body',
)

function addFiles(draft: ViewDraft, action: FileAction): void {
  const { call, agent } = draft
  const contents = action === 'file_access' || action === 'file_delete' ? [] : valuesOf(call, CONTENTS)
  const chars = contents.reduce((sum, { text }) => sum + text.length, 0)
  const addresses = valuesOf(call, ADDRESSES)
  for (const path of [...valuesOf(call, PATHS), ...addresses.filter(({ text }) => /^file:/i.test(text))]) {
    if (!draft.affords(chars)) break
    addFileView(draft, { action, path: asPath(path), image: agent, contents })
  }
  // A resource can be on the web too.
  addPages(draft, addresses)
}

/** Converts a file URL such as `file:///etc/passwd` to a path. */
function asPath(path: ViewText): ViewText {
  const scheme = /^file:(?:\/\/(?:localhost)?(?=\/))?/i.exec(path.text)
  return scheme === null ? path : decoded(slice(path, scheme[0].length, path.text.length))
}

/** Decodes percent escapes such as `%41`. A path that is not valid UTF-8 is unchanged. */
function decoded(path: ViewText): ViewText {
  const parts: Pick[] = []
  let start = 0
  for (const { 0: found, index } of path.text.matchAll(/(?:%[\da-f]{2})+/gi)) {
    const end = index + found.length
    if (index > start) parts.push({ start, end: index })
    parts.push({ start: index, end, as: characters(found) })
    start = end
  }
  return parts.length === 0 ? path : joined([picked(path, parts), slice(path, start, path.text.length)])
}

function characters(encoded: string): string {
  try {
    return decodeURIComponent(encoded)
  } catch {
    return encoded
  }
}

const COMMANDS = namesIn('command')
const PATCHES = namesIn('patch input diff patchText patch_text')

function addEdit(draft: ViewDraft): void {
  const { call, agent } = draft
  const patch =
    [...valuesOf(call, PATCHES), onlyText(call)].find((text) => text?.text.includes('*** ') === true) ?? null
  if (patch !== null) {
    for (const file of patchedFiles(patch)) addFileView(draft, { ...file, image: agent })
    return
  }
  // One tool with several commands.
  const [command] = valuesOf(call, COMMANDS)
  const action = command?.text === 'view' ? 'file_access' : command?.text === 'create' ? 'file_event' : 'file_change'
  addFiles(draft, action)
}

/** The addresses to fetch. Those in a prompt count only if no other argument has any. */
function addressesIn(call: ToolCall): readonly ViewText[] {
  const addresses = valuesOf(call, ADDRESSES)
  return addresses.length > 0 ? addresses : call.given.map(({ text }) => text)
}

function addPages(draft: ViewDraft, texts: readonly ViewText[]): void {
  const { agent, call } = draft
  const method = valuesOf(call, METHODS)[0] ?? null
  for (const text of texts)
    for (const url of urlsIn(text)) addWebViews(draft, { url, method, agent: null, image: agent })
}

const METHODS = namesIn('method')
const COMMAND_LINES = namesIn('command cmd command_line full_command')
const STATEMENTS = namesIn('sql query statement sql_query')
const ADDRESSES = namesIn('url urls uri href link address endpoint')

/** Adds views for every argument, because it is unknown which of them the tool uses. */
function addByArguments(draft: ViewDraft): void {
  const { call } = draft
  if (valuesOf(call, COMMAND_LINES).length > 0) addShell(draft)
  else addInjected(draft)
  for (const { name, text } of call.given)
    if (STATEMENTS.has(name) && looksLikeSql(text.text, name)) addDatabaseView(draft, text)
  addFiles(draft, actionOf(call))
}

/** Texts that a tool stores or sends rather than runs. */
const PROSE = namesIn(
  'message msg subject description comment summary title note notes prompt question answer reason html markdown',
)
/** Characters that end a command or start another in a shell. */
const SHELL_SYNTAX = /[;&|`<>\n]|\$\(/
/** A prose argument that begins like this is a command anyway. None of these words begins a sentence. */
const BEGINS_LIKE_COMMAND =
  /^\s{0,9}(?:sudo\s+)?(?:\/(?:usr\/)?(?:local\/)?s?bin\/)?(?:(?:ba|da|z|k)?sh|curl|wget|ncat|nc|socat|python3?|perl|ruby|php|node|powershell|pwsh|cmd|rm|dd|chmod|mkfifo|base64|openssl)(?:\.exe)?\s/
/** Longer arguments are documents. */
const ARGUMENT_CHARS = 4_096

/** Adds views for arguments that would start programs of their own if the tool passed them to a shell. */
function addInjected(draft: ViewDraft): void {
  const { call, system } = draft
  for (const { name, text } of call.given) {
    // A call without named arguments may be JSON that was cut, so its length must not hide anything.
    const isWhole = name === '' && call.given.length === 1
    if (!isWhole && (text.text.length > ARGUMENT_CHARS || !SHELL_SYNTAX.test(text.text))) continue
    if ((CONTENTS.has(name) || PROSE.has(name)) && !BEGINS_LIKE_COMMAND.test(text.text)) continue
    for (const { command, shell } of shellCalls({ ...call, given: [{ name: '', isElement: false, text }] }, system))
      addCommandViews(draft, command, shell)
  }
}

function actionOf(call: ToolCall): FileAction {
  const { name } = call
  if (/delete|remove|unlink/.test(name)) return 'file_delete'
  if (/edit|replace|patch/.test(name)) return 'file_change'
  const isWritten = valuesOf(call, CONTENTS).length > 0 || /write|create|save|append/.test(name)
  return isWritten ? 'file_event' : 'file_access'
}
