import { ago, inFull, relative } from '../../time.ts'
import { useMinute } from './use-now.ts'

/** A relative time, with the full time as its tooltip. */
export function When({
  at,
  bare = false,
  className,
}: {
  readonly at: string
  readonly bare?: boolean
  readonly className?: string
}) {
  const now = useMinute()
  const instant = Date.parse(at)
  return (
    <time dateTime={at} title={inFull(instant)} className={className}>
      {bare ? relative(instant, Math.max(now, instant)) : ago(instant, Math.max(now, instant))}
    </time>
  )
}
