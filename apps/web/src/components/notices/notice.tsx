import { CircleX, Inbox } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Fault } from '../../fault.ts'
import { Button } from '../inputs/button.tsx'
import { CopyButton } from '../inputs/copy-button.tsx'
import { useRetry } from '../time/use-countdown.ts'

interface NoticeProps {
  readonly title: string
  readonly children?: ReactNode
  readonly actions?: ReactNode
}

export function EmptyNotice({ title, children, actions }: NoticeProps) {
  return (
    <div className="flex flex-col items-center gap-1.5 px-5 py-10 text-center">
      <Inbox size={24} strokeWidth={1.5} aria-hidden="true" className="mb-1 text-ink-3" />
      <p className="text-strong">{title}</p>
      {children !== undefined && <div className="max-w-md text-body text-ink-2">{children}</div>}
      {actions !== undefined && <div className="mt-2 flex flex-wrap justify-center gap-2">{actions}</div>}
    </div>
  )
}

interface FaultNoticeProps {
  /** A sentence that names what failed, such as `The overview could not be loaded`. */
  readonly title: string
  readonly fault: Fault
  readonly onRetry: () => void
}

/** Says what failed and why, offers a retry, and shows the request ID to look up in the server's log. */
export function FaultNotice({ title, fault, onRetry }: FaultNoticeProps) {
  const seconds = useRetry(fault.details.retryAfterSeconds, onRetry)
  return (
    <div role="alert" className="flex flex-col items-center gap-1.5 px-5 py-10 text-center">
      <CircleX size={24} strokeWidth={1.5} aria-hidden="true" className="mb-1 text-danger" />
      <p className="text-strong">{title}</p>
      <p className="max-w-md text-body text-ink-2">
        {fault.message} {fault.code === 'offline' && 'Stored entries are safe.'}
      </p>
      <div className="mt-2 flex flex-wrap justify-center gap-2">
        <Button look="primary" onClick={onRetry}>
          {seconds > 0 ? `Try again now (automatically in ${seconds} s)` : 'Try again'}
        </Button>
        {fault.requestId !== null && <CopyButton text={fault.requestId} label="Copy request ID" />}
      </div>
      {fault.requestId !== null && <p className="mt-1 font-mono text-micro text-ink-3">{fault.requestId}</p>}
    </div>
  )
}
