import type { ReactNode } from 'react'
import type { Fault } from '../../fault.ts'
import { Button, buttonClass } from '../inputs/button.tsx'
import { Logo } from '../layout/logo.tsx'

interface FullPageNoticeProps {
  readonly title: string
  readonly children: ReactNode
  readonly fault?: Fault
  readonly link?: { readonly href: string; readonly text: string }
}

/** Replaces a page that cannot be shown: what happened, and one action. */
export function FullPageNotice({ title, children, fault, link }: FullPageNoticeProps) {
  return (
    <main className="mx-auto flex min-h-dvh max-w-md flex-col items-start justify-center gap-4 px-5">
      <span className="flex items-center gap-2.5 text-strong">
        <Logo />
        SentinelMesh
      </span>
      <h1 className="text-title">{title}</h1>
      <p className="text-body text-ink-2">{children}</p>
      {link === undefined ? (
        <Button look="primary" onClick={() => window.location.reload()}>
          Try again
        </Button>
      ) : (
        <a className={buttonClass('primary')} href={link.href}>
          {link.text}
        </a>
      )}
      {typeof fault?.requestId === 'string' && <p className="text-small text-ink-3">Request {fault.requestId}</p>}
    </main>
  )
}
