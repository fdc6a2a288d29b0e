import { addCommandViews } from './process-views.ts'
import { addDatabaseView, looksLikeSql } from './database-view.ts'
import type { Drafting } from './draft.ts'
import { addFileView, type FileAction } from './file-views.ts'
import { patchedFiles } from './patch.ts'
import { shellCalls } from './shell.ts'
import { valuesOf, type ToolCall } from './tool-call.ts'
import { joined, made, picked, slice, type Pick } from './view-text.ts'
import { addWebViews, urlsIn } from './web-views.ts'
import type { ViewText } from '../match/view.ts'

/** Names of tools as agents have them, in small letters and without what parts words. */
const namesIn = (text: string) => new Set(text.split(' '))

const SHELLS = namesIn(
  'bash powershell pwsh cmd shell sh zsh terminal monitor localshell shellcommand execcommand unifiedexec writestdin ' +
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

/** Adds what the call does, by the tool's name where that is known and by its arguments where it is not. */
export function addToolViews(drafting: Drafting): void {
  const { call } = drafting
  const { name } = call
  if (call.isShellCommand || SHELLS.has(name)) addShell(drafting)
  else if (INTERPRETERS.has(name)) addInterpreter(drafting)
  else if (EDITORS.has(name)) addEdit(drafting)
  else if (READERS.has(name)) addFiles(drafting, 'file_access')
  else if (WRITERS.has(name)) addFiles(drafting, 'file_event')
  else if (DELETERS.has(name)) addFiles(drafting, 'file_delete')
  else if (BROWSERS.has(name)) addPages(drafting, addressesIn(call))
  else addByArguments(drafting)
}

function addShell(drafting: Drafting): void {
  for (const { command, shell } of shellCalls(drafting.call, drafting.system)) addCommandViews(drafting, command, shell)
}

const CODE = namesIn('code query input python_code source script command')

function addInterpreter(drafting: Drafting): void {
  const { call, system, agent } = drafting
  const code = valuesOf(call, CODE)[0] ?? onlyText(call)
  if (code === null || !drafting.affords(code.text.length)) return
  const image = system === 'windows' ? 'C:\\Windows\\System32\\python3.exe' : '/usr/bin/python3'
  drafting.add(
    { product: system, category: 'process_creation' },
    {
      CommandLine: joined([made('python3 -c ', code), code]),
      Image: made(image, call.nameText),
      ParentImage: agent,
      ParentCommandLine: agent,
    },
  )
}

/** Of arguments that are one text. */
const onlyText = ({ given }: ToolCall) => given.find(({ name }) => name === '')?.text ?? null

const PATHS = namesIn(
  'file_path filePath filepath path paths notebook_path target_file absolute_path file files filename fileName ' +
    'include dir_path directory relative_path target_directory relative_workspace_path',
)
const CONTENTS = namesIn(
  'content contents file_text text new_string newString new_str new_source code_edit code replacement insert_line_text ' +
    'data body',
)

function addFiles(drafting: Drafting, action: FileAction): void {
  const { call, agent } = drafting
  const contents = action === 'file_access' || action === 'file_delete' ? [] : valuesOf(call, CONTENTS)
  const chars = contents.reduce((sum, { text }) => sum + text.length, 0)
  const addresses = valuesOf(call, ADDRESSES)
  for (const path of [...valuesOf(call, PATHS), ...addresses.filter(({ text }) => /^file:/i.test(text))]) {
    if (!drafting.affords(chars)) break
    addFileView(drafting, { action, path: asPath(path), image: agent, contents })
  }
  // A resource is read from wherever it is.
  addPages(drafting, addresses)
}

/** `file:///etc/passwd` is a path too. */
function asPath(path: ViewText): ViewText {
  const scheme = /^file:(?:\/\/(?:localhost)?(?=\/))?/i.exec(path.text)
  return scheme === null ? path : decoded(slice(path, scheme[0].length, path.text.length))
}

/** Without `%41`; what is no UTF-8 stays as it is. */
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

function addEdit(drafting: Drafting): void {
  const { call, agent } = drafting
  const patch =
    [...valuesOf(call, PATCHES), onlyText(call)].find((text) => text?.text.includes('*** ') === true) ?? null
  if (patch !== null) {
    for (const file of patchedFiles(patch)) addFileView(drafting, { ...file, image: agent })
    return
  }
  // One tool of several commands.
  const [command] = valuesOf(call, COMMANDS)
  const action = command?.text === 'view' ? 'file_access' : command?.text === 'create' ? 'file_event' : 'file_change'
  addFiles(drafting, action)
}

/** What it is told to fetch; a prompt counts where nothing else says what. */
function addressesIn(call: ToolCall): readonly ViewText[] {
  const addresses = valuesOf(call, ADDRESSES)
  return addresses.length > 0 ? addresses : call.given.map(({ text }) => text)
}

function addPages(drafting: Drafting, texts: readonly ViewText[]): void {
  const { agent, call } = drafting
  const method = valuesOf(call, METHODS)[0] ?? null
  for (const text of texts)
    for (const url of urlsIn(text)) addWebViews(drafting, { url, method, agent: null, image: agent })
}

const METHODS = namesIn('method')
const COMMAND_LINES = namesIn('command cmd command_line full_command')
const STATEMENTS = namesIn('sql query statement sql_query')
const ADDRESSES = namesIn('url urls uri href link address endpoint')

/** Each argument counts: which of them the tool heeds nobody knows. */
function addByArguments(drafting: Drafting): void {
  const { call } = drafting
  if (valuesOf(call, COMMAND_LINES).length > 0) addShell(drafting)
  for (const { name, text } of call.given)
    if (STATEMENTS.has(name) && looksLikeSql(text.text, name)) addDatabaseView(drafting, text)
  addFiles(drafting, actionOf(call))
}

function actionOf(call: ToolCall): FileAction {
  const { name } = call
  if (/delete|remove|unlink/.test(name)) return 'file_delete'
  if (/edit|replace|patch/.test(name)) return 'file_change'
  const isWritten = valuesOf(call, CONTENTS).length > 0 || /write|create|save|append/.test(name)
  return isWritten ? 'file_event' : 'file_access'
}
