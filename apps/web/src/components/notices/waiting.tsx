import { useEffect, useState } from 'react'
import { cn } from '../layout/class-names.ts'

/** True once `waiting` has lasted for `ms`, so that quick answers show no loading state. */
export function useAfter(waiting: boolean, ms: number): boolean {
  const [elapsed, setElapsed] = useState(false)
  useEffect(() => {
    if (!waiting) return
    const timer = window.setTimeout(() => setElapsed(true), ms)
    return () => {
      window.clearTimeout(timer)
      setElapsed(false)
    }
  }, [waiting, ms])
  return waiting && elapsed
}

/** The value once it has not changed for `ms`, so that typing does not send a request per letter. */
export function useDebounced<Value>(value: Value, ms: number): Value {
  const [debounced, setDebounced] = useState(value)
  useEffect(() => {
    const timer = window.setTimeout(() => setDebounced(value), ms)
    return () => window.clearTimeout(timer)
  }, [value, ms])
  return debounced
}

export const SKELETON_AFTER_MS = 150
export const SLOW_AFTER_MS = 3_000

export function Bone({ className }: { readonly className?: string }) {
  return <span aria-hidden="true" className={cn('block h-3 animate-skeleton rounded-chip bg-hover', className)} />
}

const ROWS = ['w-10', 'w-14', 'w-24', 'w-40'] as const

/** Placeholder rows in the shape of a table. */
export function RowsSkeleton({ rows }: { readonly rows: number }) {
  return (
    <div aria-hidden="true" className="flex flex-col gap-4 px-5 py-3.5">
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} className="flex gap-4">
          {ROWS.map((width) => (
            <Bone key={width} className={width} />
          ))}
          <Bone className={row % 3 === 0 ? 'w-1/3' : row % 3 === 1 ? 'w-1/2' : 'w-2/5'} />
        </div>
      ))}
    </div>
  )
}

/** A progress line at the top edge while shown data is being reloaded. */
export function RefetchBar({ shown }: { readonly shown: boolean }) {
  if (!shown) return null
  return (
    <div className="absolute inset-x-0 top-0 z-10 h-0.5 overflow-hidden" role="status">
      <div className="h-full w-1/4 animate-refetch bg-accent" />
      <span className="sr-only">Loading</span>
    </div>
  )
}
