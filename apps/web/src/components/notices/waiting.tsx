import { useEffect, useState } from 'react'
import { cn } from '../layout/class-names.ts'

/** True once `waiting` has lasted for `ms`: what is quicker needs no sign. */
export function useAfter(waiting: boolean, ms: number): boolean {
  const [late, setLate] = useState(false)
  useEffect(() => {
    if (!waiting) return
    const timer = window.setTimeout(() => setLate(true), ms)
    return () => {
      window.clearTimeout(timer)
      setLate(false)
    }
  }, [waiting, ms])
  return waiting && late
}

/** The value once it has stood still for `ms`: what is typed is not asked letter by letter. */
export function useSettled<Value>(value: Value, ms: number): Value {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = window.setTimeout(() => setSettled(value), ms)
    return () => window.clearTimeout(timer)
  }, [value, ms])
  return settled
}

export const SKELETON_AFTER_MS = 150
export const SLOW_AFTER_MS = 3_000

export function Bone({ className }: { readonly className?: string }) {
  return <span aria-hidden="true" className={cn('block h-3 animate-skeleton rounded-chip bg-hover', className)} />
}

const ROWS = ['w-10', 'w-14', 'w-24', 'w-40'] as const

/** Rows in the shape of a table, while the first answer is awaited. */
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

/** A line under the top edge: the answer that is shown is being renewed. */
export function RefetchBar({ shown }: { readonly shown: boolean }) {
  if (!shown) return null
  return (
    <div className="absolute inset-x-0 top-0 z-10 h-0.5 overflow-hidden" role="status">
      <div className="h-full w-1/4 animate-refetch bg-accent" />
      <span className="sr-only">Loading</span>
    </div>
  )
}
