import { sumOfLeftOut } from '@sentinelmesh/api/constants'
import { useEffect, useRef, useState } from 'react'
import { useQueryClient } from '@tanstack/react-query'
import { type Fault, toFault } from '../../fault.ts'
import { useSession } from '../../shell/session.tsx'
import { useTRPC } from '../../trpc.ts'
import { toBatches, type ImportFile } from './import-files.ts'
import type { ImportOutput } from './rule-types.ts'

/** The combined results of all requests of one import. */
export type ImportReport = Omit<ImportOutput, 'import_id'>

export type ImportRun =
  | { readonly state: 'idle' }
  | { readonly state: 'running'; readonly dry: boolean; readonly done: number; readonly of: number }
  | { readonly state: 'done'; readonly report: ImportReport }
  | { readonly state: 'cancelled'; readonly dry: boolean; readonly done: number; readonly of: number }
  | {
      readonly state: 'failed'
      readonly dry: boolean
      readonly done: number
      readonly of: number
      readonly fault: Fault
    }

interface ImportOptions {
  readonly dryRun: boolean
  readonly replace: boolean
}

/** Runs an import as sequential requests under one import ID. */
export function useImport(): {
  readonly run: ImportRun
  readonly start: (files: readonly ImportFile[], options: ImportOptions) => Promise<void>
  readonly cancel: () => void
  readonly reset: () => void
} {
  const { client } = useSession()
  const trpc = useTRPC()
  const queries = useQueryClient()
  const [run, setRun] = useState<ImportRun>({ state: 'idle' })
  const abort = useRef<AbortController | null>(null)
  useEffect(() => () => abort.current?.abort(), [])

  async function start(files: readonly ImportFile[], { dryRun, replace }: ImportOptions): Promise<void> {
    const controller = new AbortController()
    abort.current = controller
    let report: ImportReport | undefined
    let importId: string | undefined
    let done = 0
    const where = () => ({ dry: dryRun, done, of: files.length })
    setRun({ state: 'running', ...where() })
    try {
      for (const batch of toBatches(files)) {
        const { import_id: id, ...answer } = await client.rules.import.mutate(
          { sources: [...batch], dry_run: dryRun, replace, ...(importId === undefined ? {} : { import_id: importId }) },
          { signal: controller.signal },
        )
        importId = id
        report = report === undefined ? answer : joined(report, answer)
        done += batch.length
        setRun({ state: 'running', ...where() })
      }
      if (report !== undefined) setRun({ state: 'done', report })
    } catch (error) {
      if (controller.signal.aborted) setRun({ state: 'cancelled', ...where() })
      else setRun({ state: 'failed', ...where(), fault: toFault(error) })
    }
    if (!dryRun && done > 0) void queries.invalidateQueries(trpc.rules.pathFilter())
  }

  return {
    run,
    start,
    cancel: () => abort.current?.abort(),
    reset: () => setRun({ state: 'idle' }),
  }
}

function joined(one: ImportReport, other: ImportReport): ImportReport {
  const left = sumOfLeftOut(one.left_out, other.left_out)
  return {
    dry_run: one.dry_run,
    loaded: [...one.loaded, ...other.loaded],
    refused: [...one.refused, ...other.refused],
    unchanged: one.unchanged + other.unchanged,
    changed: [...one.changed, ...other.changed],
    ...(left === undefined ? {} : { left_out: left }),
    // A later request can add rules that a filter of an earlier one waits for, so the newest result counts.
    awaiting: [...new Map([...one.awaiting, ...other.awaiting].map((filter) => [filter.id, filter])).values()],
  }
}
