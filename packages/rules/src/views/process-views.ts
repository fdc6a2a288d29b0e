import { cmdPrograms } from './cmd-programs.ts'
import type { Drafting } from './draft.ts'
import { addFileView } from './file-views.ts'
import { patchedFiles } from './patch.ts'
import { requestsOf, requestsOfPowerShell } from './requests.ts'
import type { Shell } from './shell.ts'
import { programName, programsIn, type Started } from './unwrap.ts'
import { joined, made } from './view-text.ts'
import { addWebViews } from './web-views.ts'
import type { ViewText } from '../match/view.ts'

/** A command for a shell: the whole, each program in it, and what those write and ask for. */
export function addCommandViews(drafting: Drafting, command: ViewText, { image, line, reads }: Shell): void {
  const { agent, system } = drafting
  const whole = joined([made(line, command), command])
  if (!drafting.affords(whole.text.length)) return
  drafting.add(
    { product: system, category: 'process_creation' },
    { CommandLine: whole, Image: image, ParentImage: agent, ParentCommandLine: agent },
  )
  if (reads === 'powershell') {
    for (const request of requestsOfPowerShell(command, image)) addWebViews(drafting, request)
    return
  }
  const programs = reads === 'cmd' ? cmdPrograms(command, drafting.work) : programsIn(command, drafting.work)
  const images = programs.map((program) => imageOf(program, drafting))
  for (const [number, program] of programs.entries())
    addProgram(drafting, program, { image: images[number] ?? null, parent: image, whole })
  for (const [number, program] of programs.entries()) {
    addFilesOf(drafting, program, image)
    for (const request of requestsOf(program, images[number] ?? image)) addWebViews(drafting, request)
  }
}

/** Longer than any path on Linux. */
const PATH_CHARS = 4_096

/** A program of which only a variable knows the name has none. */
function imageOf({ words: [program] }: Started, { system }: Drafting): ViewText | null {
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

function addProgram(drafting: Drafting, { line, words }: Started, { image, parent, whole }: Ran): void {
  const [program] = words
  if (line === null || program === undefined || !drafting.affords(line.text.length)) return
  const { system } = drafting
  const isBare = system === 'windows' && !/[\\/]/.test(program.text)
  drafting.add(
    { product: system, category: 'process_creation' },
    {
      CommandLine: line,
      Image: image,
      OriginalFileName: isBare ? withExe(program) : null,
      ParentImage: parent,
      // Each command repeats it, and it is a view of its own: what there is no room for is left out here first.
      ParentCommandLine: drafting.affords(line.text.length + whole.text.length) ? whole : null,
    },
  )
}

const WRITES = new Set(['>', '>>', '>|', '&>', '&>>', '<>', '>&'])
/** `>&1`, `>&-`: another descriptor; and what takes everything and keeps nothing. */
const NO_FILE = /^(?:\d+-?|-|[/\\]dev[/\\](?:null|stdin|stdout|stderr|tty|fd[/\\]\d+)|nul)$/i

function addFilesOf(drafting: Drafting, { words, redirects, documents }: Started, image: ViewText): void {
  const [program, ...given] = words
  const name = programName(program?.text ?? '')
  // Codex looks for it in its commands and carries it out itself.
  if (name === 'apply_patch')
    for (const file of [...given, ...documents].flatMap(patchedFiles))
      addFileView(drafting, { ...file, image: drafting.agent })
  const written = redirects
    .filter(({ operator, target }) => WRITES.has(operator) && !/^[<>]\(/.test(target.text))
    .map(({ target }) => target)
  const tee = name === 'tee' ? given.filter(({ text }) => !text.startsWith('-')) : []
  for (const path of [...written, ...tee])
    if (path.text !== '' && !NO_FILE.test(path.text))
      addFileView(drafting, { action: 'file_event', path, image, contents: documents })
}
