import { FileUp, FolderUp } from 'lucide-react'
import { type DragEvent, type ReactNode, useRef, useState } from 'react'
import { Button } from '../../components/inputs/button.tsx'
import { cn } from '../../components/layout/class-names.ts'
import { Dialog } from '../../components/layout/dialog.tsx'
import { ShownText } from '../../components/text/shown-text.tsx'
import { counted, exact } from '../../figures.ts'
import { useMay, useSession, whoMay } from '../../shell/session.tsx'
import { useToast } from '../../shell/toast.tsx'
import { droppedFiles, readFiles, type ImportFile, type ReadFiles } from './import-files.ts'
import { useImport, type ImportReport, type ImportRun } from './use-import.ts'
import { useRuleAction } from './use-rule-action.ts'

/** File name in the problems of pasted text. */
const PASTED = 'pasted.yml'

/** Imports Sigma files or folders into the org's rules: first a dry run, then the import. */
export function ImportDialog({ onClose }: { readonly onClose: () => void }) {
  const [read, setRead] = useState<ReadFiles | null>(null)
  const [reading, setReading] = useState<number | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const [replace, setReplace] = useState(false)
  const { run, start, cancel, reset } = useImport()
  const abort = useRef(new AbortController())
  const busy = run.state === 'running' || reading !== null

  async function take(chosen: Promise<readonly { readonly name: string; readonly file: File }[]>) {
    abort.current = new AbortController()
    setProblem(null)
    setReading(0)
    try {
      const found = await readFiles(await chosen, setReading, abort.current.signal)
      setRead(found)
      if (found.files.length > 0) await start(found.files, { dryRun: true, replace })
    } catch {
      if (!abort.current.signal.aborted) setProblem('The browser could not read these files.')
    } finally {
      setReading(null)
    }
  }
  const takePasted = (text: string) => {
    const files: readonly ImportFile[] = [{ file: PASTED, text }]
    setRead({ files, skipped: [] })
    void start(files, { dryRun: true, replace })
  }
  const again = () => {
    reset()
    setRead(null)
  }
  const close = () => {
    abort.current.abort()
    cancel()
    onClose()
  }
  const tried = run.state === 'done' && run.report.dry_run ? run.report : null
  const loaded = run.state === 'done' && !run.report.dry_run ? run.report : null
  return (
    <Dialog title="Import Sigma rules" size="wide" onClose={close}>
      {read === null && !busy && <Choose onFiles={(files) => void take(files)} onPasted={takePasted} />}
      {problem !== null && (
        <p role="alert" className="mt-2 text-body text-danger">
          {problem}
        </p>
      )}
      {reading !== null && run.state !== 'running' && (
        <p role="status" className="text-body text-ink-2">
          {counted(reading, 'file', 'files')} read…
        </p>
      )}
      <Progress run={run} />
      {read?.skipped.map((sentence) => (
        <p key={sentence} className="mb-1 text-small text-warn">
          <ShownText text={sentence} />
        </p>
      ))}
      {read !== null && read.files.length === 0 && !busy && (
        <p className="text-body">There are no YAML files to import.</p>
      )}
      {tried !== null && <Report report={tried} />}
      {loaded !== null && <Report report={loaded} />}
      {loaded !== null && loaded.awaiting.length > 0 && <Confirm ids={loaded.awaiting.map(({ id }) => id)} />}
      <div className="mt-4 flex flex-wrap items-center justify-end gap-2">
        {read !== null && loaded === null && read.files.length > 0 && (
          <label className="flex min-h-8 basis-full items-center gap-2 text-body">
            <input
              type="checkbox"
              className="size-4 accent-accent-solid"
              checked={replace}
              disabled={busy}
              onChange={(event) => {
                setReplace(event.target.checked)
                void start(read.files, { dryRun: true, replace: event.target.checked })
              }}
            />
            Replace own and imported rules that have the same ID
          </label>
        )}
        {busy ? (
          <Button
            onClick={() => {
              abort.current.abort()
              cancel()
            }}
          >
            Cancel
          </Button>
        ) : (
          <>
            {read !== null && (
              <Button look="ghost" onClick={again}>
                Choose other files
              </Button>
            )}
            <Button look={loaded === null ? 'ghost' : 'primary'} onClick={close}>
              {loaded === null ? 'Close' : 'Done'}
            </Button>
          </>
        )}
        {tried !== null && read !== null && (
          <Button
            look="primary"
            disabled={tried.loaded.length === 0}
            onClick={() => void start(read.files, { dryRun: false, replace })}
          >
            Import {counted(tried.loaded.length, 'document', 'documents')}
          </Button>
        )}
        {(run.state === 'failed' || run.state === 'cancelled') && read !== null && (
          <Button look="primary" onClick={() => void start(read.files, { dryRun: run.dry, replace })}>
            Try again
          </Button>
        )}
      </div>
    </Dialog>
  )
}

interface ChooseProps {
  readonly onFiles: (files: Promise<readonly { readonly name: string; readonly file: File }[]>) => void
  readonly onPasted: (text: string) => void
}

function Choose({ onFiles, onPasted }: ChooseProps) {
  const files = useRef<HTMLInputElement>(null)
  const folder = useRef<HTMLInputElement>(null)
  const [over, setOver] = useState(false)
  const [pasted, setPasted] = useState('')
  const chosen = (list: FileList | null) => {
    const all = [...(list ?? [])].map((file) => ({ name: file.webkitRelativePath || file.name, file }))
    if (all.length > 0) onFiles(Promise.resolve(all))
  }
  const drop = (event: DragEvent) => {
    event.preventDefault()
    setOver(false)
    onFiles(droppedFiles(event.dataTransfer.items))
  }
  return (
    <>
      <p className="mb-3 text-body text-ink-2">
        Import rules, correlations, and filters in YAML, or a rules.yaml of the first version. A dry run first shows
        what would load. Nothing is stored before you confirm.
      </p>
      <div
        data-testid="drop"
        className={cn(
          'flex flex-wrap items-center justify-center gap-2 rounded-card border border-dashed px-4 py-6',
          over ? 'border-accent bg-selected' : 'border-control',
        )}
        onDragOver={(event) => {
          event.preventDefault()
          setOver(true)
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
      >
        <Button icon={FileUp} onClick={() => files.current?.click()}>
          Choose files
        </Button>
        <Button icon={FolderUp} onClick={() => folder.current?.click()}>
          Choose a folder
        </Button>
        <span className="text-small text-ink-3">or drop them here</span>
        <input
          ref={files}
          type="file"
          multiple
          accept=".yml,.yaml"
          aria-label="Files to import"
          className="hidden"
          onChange={(event) => chosen(event.target.files)}
        />
        <input
          ref={folder}
          type="file"
          multiple
          aria-label="Folder to import"
          className="hidden"
          {...{ webkitdirectory: '' }}
          onChange={(event) => chosen(event.target.files)}
        />
      </div>
      <label className="mt-3 block">
        <span className="mb-1 block text-small font-medium">Or paste YAML</span>
        <textarea
          rows={7}
          spellCheck={false}
          className="mono block w-full rounded-control border border-control bg-surface px-2.5 py-2 focus-visible:outline-offset-0"
          value={pasted}
          onChange={(event) => setPasted(event.target.value)}
        />
      </label>
      {pasted.trim() !== '' && (
        <Button className="mt-2" onClick={() => onPasted(pasted)}>
          Start dry run
        </Button>
      )}
    </>
  )
}

function Progress({ run }: { readonly run: ImportRun }) {
  if (run.state === 'idle' || run.state === 'done') return null
  const part = run.of === 0 ? 0 : run.done / run.of
  const what = run.dry ? 'checked' : 'imported'
  return (
    <div className="mb-3">
      <p
        role={run.state === 'failed' ? 'alert' : 'status'}
        className={run.state === 'failed' ? 'text-body text-danger' : 'text-body text-ink-2'}
      >
        {run.state === 'failed' && (
          <>
            The import failed. <ShownText text={run.fault.message} />{' '}
          </>
        )}
        {run.state === 'cancelled' && 'Canceled. '}
        {exact(run.done)} of {counted(run.of, 'file', 'files')} {what}
        {run.state === 'running' ? '…' : run.dry ? '. Nothing was stored.' : '. Imported rules stay.'}
      </p>
      {run.state === 'running' && (
        <div
          role="progressbar"
          aria-label={run.dry ? 'Dry run' : 'Import'}
          aria-valuemin={0}
          aria-valuemax={100}
          aria-valuenow={Math.round(part * 100)}
          className="mt-2 h-1.5 overflow-hidden rounded-full bg-sunken"
        >
          <div className="h-full bg-accent-solid" style={{ width: `${part * 100}%` }} />
        </div>
      )}
    </div>
  )
}

/** Longer lists are cut, with a count of the rest. */
const SHOWN = 200

function Report({ report }: { readonly report: ImportReport }) {
  const { dry_run: dry, loaded, refused, unchanged, changed, awaiting, left_out: left } = report
  const replaced = loaded.filter(({ outcome }) => outcome === 'replaced').length
  return (
    <div className="flex flex-col gap-3" data-testid="report">
      <p role="status" className="text-body">
        <strong className="font-semibold">
          {counted(loaded.length + (left?.loaded ?? 0), 'document', 'documents')} {dry ? 'would load' : 'loaded'}
        </strong>
        {replaced > 0 && `, ${exact(replaced)} replacing an existing one`}
        {`, ${exact(refused.length + (left?.refused ?? 0))} refused`}
        {unchanged > 0 && `, ${exact(unchanged)} already present`}.
      </p>
      {refused.length > 0 && (
        <Part title={`Refused (${exact(refused.length)})`} open>
          {refused.slice(0, SHOWN).map(({ id, title, file, problems }, at) => (
            // Documents can lack a name, and the list never changes.
            // oxlint-disable-next-line react/no-array-index-key
            <li key={at} className="py-1">
              <ShownText text={title ?? id ?? 'A document'} className="font-medium" />
              {problems
                .filter(({ severity }) => severity === 'error')
                .map((problem) => (
                  <p key={`${problem.range.line} ${problem.message}`} className="text-ink-2">
                    <ShownText
                      text={`${file ?? problem.file ?? PASTED}:${problem.range.line}`}
                      className="font-mono text-ink-3"
                    />{' '}
                    <ShownText text={[problem.message, problem.mend].filter(Boolean).join(' ')} />
                  </p>
                ))}
            </li>
          ))}
          <More of={refused.length} />
        </Part>
      )}
      {awaiting.length > 0 && (
        <Part title={`Filters for rules outside this import (${exact(awaiting.length)})`} open>
          {awaiting.slice(0, SHOWN).map(({ id, title, rules }) => (
            <li key={id} className="py-0.5">
              <ShownText text={title} className="font-medium" />{' '}
              <span className="text-ink-2">
                refers to <ShownText text={rules.join(', ')} />
              </span>
            </li>
          ))}
          <li className="text-ink-3">They do not suppress matches of these rules until an owner confirms them.</li>
          <More of={awaiting.length} />
        </Part>
      )}
      {changed.length > 0 && (
        <Part title={`Changed on import (${exact(changed.length)})`} open={false}>
          {changed.slice(0, SHOWN).map(({ file, id, message }) => (
            <li key={`${file} ${id} ${message}`} className="py-0.5">
              <ShownText text={[file, id].filter(Boolean).join(' ')} className="font-mono text-ink-3" />{' '}
              <ShownText text={message} />
            </li>
          ))}
          <More of={changed.length} />
        </Part>
      )}
      {loaded.length > 0 && (
        <Part title={dry ? 'Would load' : 'Loaded'} open={loaded.length <= 10}>
          {loaded.slice(0, SHOWN).map(({ id, kind, title, file, outcome, warnings }) => (
            <li key={id} className="flex gap-2 py-0.5">
              <ShownText text={title} className="min-w-0 truncate" />
              <span className="shrink-0 text-ink-3">
                {kind}
                {outcome === 'replaced' && ', replaces an existing one'}
                {warnings > 0 && `, ${counted(warnings, 'warning', 'warnings')}`}
              </span>
              {file !== null && <ShownText text={file} className="ml-auto max-w-60 truncate font-mono text-ink-3" />}
            </li>
          ))}
          <More of={loaded.length} />
        </Part>
      )}
    </div>
  )
}

function Part({
  title,
  open,
  children,
}: {
  readonly title: string
  readonly open: boolean
  readonly children: ReactNode
}) {
  return (
    <details open={open} className="rounded-control border border-line px-3 py-2 text-small">
      <summary className="font-semibold text-ink-2">{title}</summary>
      <ul className="mt-1.5 max-h-56 overflow-y-auto">{children}</ul>
    </details>
  )
}

function More({ of }: { readonly of: number }) {
  return of > SHOWN ? <li className="py-1 text-ink-3">and {exact(of - SHOWN)} more</li> : null
}

function Confirm({ ids }: { readonly ids: readonly string[] }) {
  const { client } = useSession()
  const toast = useToast()
  const may = useMay('rules.confirm')
  const [done, setDone] = useState(false)
  const confirm = useRuleAction(
    (input: { ids: string[] }) => client.rules.confirmFilters.mutate(input),
    'The filters were not confirmed',
  )
  const store = async () => {
    const answer = await confirm.run({ ids: [...ids] })
    if (answer === undefined) return
    setDone(true)
    toast(`Confirmed ${counted(answer.confirmed.length, 'filter', 'filters')}`)
  }
  if (done) return null
  if (!may) return <p className="mt-3 text-small text-ink-3">{whoMay('rules.confirm')} can confirm these filters.</p>
  return (
    <Button className="mt-3" busy={confirm.busy} onClick={() => void store()}>
      Confirm {counted(ids.length, 'filter', 'filters')}
    </Button>
  )
}
