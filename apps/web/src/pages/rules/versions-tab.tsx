import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Button } from '../../components/inputs/button.tsx'
import { FaultNotice } from '../../components/notices/notice.tsx'
import { ShownText } from '../../components/text/shown-text.tsx'
import { When } from '../../components/time/when.tsx'
import { toFault } from '../../fault.ts'
import { useTRPC } from '../../trpc.ts'
import type { RuleDetail } from './rule-types.ts'

interface VersionsTabProps {
  readonly rule: RuleDetail
  readonly editable: boolean
  /** There are unsaved changes, which restoring must not overwrite. */
  readonly edited: boolean
  readonly onRestore: (text: string) => void
}

const HASH_CHARS = 10

export function VersionsTab({ rule, editable, edited, onRestore }: VersionsTabProps) {
  const [open, setOpen] = useState<string | null>(null)
  if (rule.versions.length === 0)
    return <p className="px-5 py-4 text-body text-ink-2">No version of this rule was used yet.</p>
  return (
    <div className="px-5 py-3 max-tablet:px-4">
      <p className="mb-1 text-body text-ink-2">
        All versions that were in use. Each match shows the version that found it.
      </p>
      <ol>
        {rule.versions.map(({ hash, title, first_seen_at: at, current }) => (
          <li key={hash} className="border-b border-line py-1.5 last:border-b-0">
            <div className="flex min-h-8 flex-wrap items-center gap-x-3">
              <span className="font-mono text-small">{hash.slice(0, HASH_CHARS)}</span>
              <ShownText text={title} className="min-w-0 flex-1 truncate text-body" />
              <span className="text-small text-ink-3">
                {current && 'in use, '}first used <When at={at} />
              </span>
              {!current && (
                <Button look="ghost" aria-expanded={open === hash} onClick={() => setOpen(open === hash ? null : hash)}>
                  {open === hash ? 'Hide' : 'Show'}
                </Button>
              )}
            </div>
            {open === hash && (
              <OldText id={rule.id} hash={hash} editable={editable} edited={edited} onRestore={onRestore} />
            )}
          </li>
        ))}
      </ol>
    </div>
  )
}

interface OldTextProps {
  readonly id: string
  readonly hash: string
  readonly editable: boolean
  readonly edited: boolean
  readonly onRestore: (text: string) => void
}

function OldText({ id, hash, editable, edited, onRestore }: OldTextProps) {
  const trpc = useTRPC()
  const version = useQuery(trpc.rules.get.queryOptions({ id, hash }, { staleTime: Infinity }))
  if (version.isError)
    return (
      <FaultNotice
        title="This version could not be loaded"
        fault={toFault(version.error)}
        onRetry={() => void version.refetch()}
      />
    )
  if (version.data === undefined) return null
  const { text } = version.data
  return (
    <div className="py-1.5">
      <pre
        // It scrolls, so keyboard users must be able to focus it.
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
        aria-label="Text of this version"
        className="mono max-h-72 overflow-auto rounded-control border border-line bg-sunken p-3 focus-inset"
      >
        <ShownText text={text} />
      </pre>
      {editable && (
        <div className="mt-2 flex flex-wrap items-center gap-2">
          <Button disabled={edited} onClick={() => onRestore(text)}>
            Restore this version
          </Button>
          {edited && <span className="text-small text-ink-3">Save or discard your changes first.</span>}
        </div>
      )}
    </div>
  )
}
