import { Link } from '@tanstack/react-router'
import { Fragment } from 'react'
import { useSession } from '../../../shell/session.tsx'

const FOUND = [
  { q: 'would:block', text: 'blocked if enforced' },
  { q: 'verdict:block', text: 'blocked' },
  { q: 'unjudged:true', text: 'not judged' },
]

/** Links to the entries that the policy affected. */
export function InTheLog() {
  const { slug } = useSession()
  return (
    <p className="mt-2 text-small text-ink-2">
      See entries in Logs:{' '}
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
