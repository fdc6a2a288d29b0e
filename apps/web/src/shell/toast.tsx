import { CircleCheck } from 'lucide-react'
import { createContext, type ReactNode, use, useCallback, useEffect, useRef, useState } from 'react'

const SHOWN_MS = 6_000
const SayContext = createContext<(text: string) => void>(() => undefined)

/** Says in a line what was done where nothing else on the page shows it. */
export const useSay = () => use(SayContext)

/** One line at a time, at the bottom; it waits while somebody points at it or has the focus in it. */
export function Toasts({ children }: { readonly children: ReactNode }) {
  const [text, setText] = useState('')
  const timer = useRef<number | undefined>(undefined)
  const hold = useCallback(() => window.clearTimeout(timer.current), [])
  const release = useCallback(() => {
    window.clearTimeout(timer.current)
    timer.current = window.setTimeout(() => setText(''), SHOWN_MS)
  }, [])
  const say = useCallback(
    (next: string) => {
      setText(next)
      release()
    },
    [release],
  )
  useEffect(() => hold, [hold])
  return (
    <SayContext value={say}>
      {children}
      <div
        role="status"
        className="pointer-events-none fixed inset-x-0 bottom-4 z-50 flex justify-center max-tablet:bottom-18"
      >
        {text !== '' && (
          <p
            className="pointer-events-auto flex animate-appear items-center gap-2.5 rounded-card border border-line bg-raised px-3.5 py-2 text-body shadow-float"
            onPointerEnter={hold}
            onPointerLeave={release}
          >
            <CircleCheck size={15} strokeWidth={1.75} aria-hidden="true" className="text-ok" />
            {text}
          </p>
        )}
      </div>
    </SayContext>
  )
}
