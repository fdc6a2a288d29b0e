import { addCodeAction, addUnixActions, addUnreadActions, addWindowsActions, looksLikeWindows } from './action-views.ts'
import { cmdPrograms } from './cmd-programs.ts'
import type { ViewDraft } from './draft.ts'
import { addFileView } from './file-views.ts'
import { patchedFiles } from './patch.ts'
import { requestsOf, requestsOfPowerShell } from './requests.ts'
import type { Shell } from './shell.ts'
import { programName, programsIn, type Started } from './unwrap.ts'
import { joined, made } from './view-text.ts'
import { addWebViews } from './web-views.ts'
import type { ViewText } from '../match/view.ts'

/** Adds the views of a shell command: the whole, each program in it, and their files and requests. */
export function addCommandViews(draft: ViewDraft, command: ViewText, { image, line, reads }: Shell): void {
  const { agent, system } = draft
  const whole = joined([made(line, command), command])
  // Padding must not hide a command, so the first is added whatever its length.
  if (!draft.affords(whole.text.length) && !draft.isEmpty()) return
  draft.add(
    { product: system, category: 'process_creation' },
    { CommandLine: whole, Image: image, ParentImage: agent, ParentCommandLine: agent },
  )
  if (reads === 'powershell') for (const request of requestsOfPowerShell(command, image)) addWebViews(draft, request)
  else {
    const programs = reads === 'cmd' ? cmdPrograms(command, draft.work) : programsIn(command, draft.work)
    addProgramViews(draft, programs, { parent: image, whole })
    if (reads === 'posix') addUnixActions(draft, programs)
    if (draft.work.incomplete !== null) addUnreadActions(draft, command)
  }
  if (reads !== 'posix' || looksLikeWindows(command.text)) addWindowsActions(draft, command)
  addCodeAction(draft, command)
}

type Parent = Pick<Ran, 'parent' | 'whole'>

function addProgramViews(draft: ViewDraft, programs: readonly Started[], { parent, whole }: Parent): void {
  const images = programs.map((program) => imageOf(program, draft))
  for (const [number, program] of programs.entries())
    addProgram(draft, program, { image: images[number] ?? null, parent, whole })
  for (const [number, program] of programs.entries()) {
    addFilesOf(draft, program, parent)
    for (const request of requestsOf(program, images[number] ?? parent)) addWebViews(draft, request)
  }
}

/** The maximum length of a path on Linux. */
const PATH_CHARS = 4_096

/** The program's image; null if its name is the value of a variable. */
function imageOf({ words: [program] }: Started, { system }: ViewDraft): ViewText | null {
  if (program === undefined || program.text.length > PATH_CHARS) return null
  if (system === 'windows')
    return /[\\/]/.test(program.text) ? program : joined([made('C:\\Windows\\System32\\', program), withExe(program)])
  if (program.text.includes('/')) return program
  return /[$`]/.test(program.text) ? null : joined([made('/usr/bin/', program), program])
}

const withExe = (program: ViewText) =>
  /\.(?:exe|com|bat|cmd)$/i.test(program.text) ? program : joined([program, made('.exe', program)])

interface Ran {
  readonly image: ViewText | null
  readonly parent: ViewText
  readonly whole: ViewText
}

function addProgram(draft: ViewDraft, { line, words }: Started, { image, parent, whole }: Ran): void {
  const [program] = words
  if (line === null || program === undefined || !draft.affords(line.text.length)) return
  const { system } = draft
  const isBare = system === 'windows' && !/[\\/]/.test(program.text)
  draft.add(
    { product: system, category: 'process_creation' },
    {
      CommandLine: line,
      Image: image,
      OriginalFileName: isBare ? withExe(program) : null,
      ParentImage: parent,
      // Each command repeats the parent's line, which also has its own view, so it is the first field to leave out.
      ParentCommandLine: draft.affords(line.text.length + whole.text.length) ? whole : null,
    },
  )
}

const WRITES = new Set(['>', '>>', '>|', '&>', '&>>', '<>', '>&'])
/** Redirection targets that are not files: descriptors (`>&1`, `>&-`), and devices that store nothing. */
const NO_FILE = /^(?:\d+-?|-|[/\\]dev[/\\](?:null|stdin|stdout|stderr|tty|fd[/\\]\d+)|nul)$/i

function addFilesOf(draft: ViewDraft, { words, redirects, documents }: Started, image: ViewText): void {
  const [program, ...given] = words
  const name = programName(program?.text ?? '')
  // Codex intercepts this command and applies the patch itself.
  if (name === 'apply_patch')
    for (const file of [...given, ...documents].flatMap(patchedFiles))
      addFileView(draft, { ...file, image: draft.agent })
  const written = redirects
    .filter(({ operator, target }) => WRITES.has(operator) && !/^[<>]\(/.test(target.text))
    .map(({ target }) => target)
  const tee = name === 'tee' ? given.filter(({ text }) => !text.startsWith('-')) : []
  for (const path of [...written, ...tee])
    if (path.text !== '' && !NO_FILE.test(path.text))
      addFileView(draft, { action: 'file_event', path, image, contents: documents })
  for (const { operator, target } of redirects)
    if (operator === '<' && target.text !== '' && !NO_FILE.test(target.text) && !/^[<>]\(/.test(target.text))
      addFileView(draft, { action: 'file_access', path: target, image, contents: [] })
}
