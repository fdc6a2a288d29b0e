import { Link } from '@tanstack/react-router'
import { Fragment } from 'react'
import { useSession } from '../../../shell/session.tsx'

const FOUND = [
  { q: 'would:block', text: 'what enforcing would have blocked' },
  { q: 'verdict:block', text: 'what was blocked' },
  { q: 'unjudged:true', text: 'what went through unjudged' },
]

/** What the policy came to, as entries. */
export function InTheLog() {
  const { slug } = useSession()
  return (
    <p className="mt-2 text-small text-ink-2">
      In the log:{' '}
      {FOUND.map(({ q, text }, index) => (
        <Fragment key={q}>
          {index > 0 && ', '}
          <Link to="/o/$org/logs" params={{ org: slug }} search={{ q }} className="text-accent hover:underline">
            {text}
          </Link>
        </Fragment>
      ))}
      .
    </p>
  )
}
