import { CircleCheck, CircleX, X } from 'lucide-react'
import { createContext, type ReactNode, use, useCallback, useEffect, useRef, useState } from 'react'
import { IconButton } from '../components/inputs/button.tsx'
import { visibleString } from '../components/text/visible-text.ts'

const SHOWN_MS = 6_000
const NOTHING = { text: '', outcome: 'done' } as const
/** `failed` stays until it is closed: what did not happen is not to be missed. */
type Say = (text: string, outcome?: 'done' | 'failed') => void
const SayContext = createContext<Say>(() => undefined)

/** Says in a line what was done where nothing else on the page shows it. */
export const useSay = () => use(SayContext)

/** One line at a time, at the bottom; it waits while somebody points at it or has the focus in it. */
export function Toasts({ children }: { readonly children: ReactNode }) {
  const [{ text, outcome }, setSaid] = useState<{ text: string; outcome: 'done' | 'failed' }>(NOTHING)
  const timer = useRef<number | undefined>(undefined)
  const hold = useCallback(() => window.clearTimeout(timer.current), [])
  const release = useCallback(() => {
    window.clearTimeout(timer.current)
    timer.current = window.setTimeout(() => setSaid(NOTHING), SHOWN_MS)
  }, [])
  const say = useCallback<Say>(
    (next, how = 'done') => {
      setSaid({ text: next, outcome: how })
      if (how === 'done') release()
      else hold()
    },
    [hold, release],
  )
  const failed = outcome === 'failed'
  const Icon = failed ? CircleX : CircleCheck
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
            onPointerLeave={() => !failed && release()}
          >
            <Icon
              size={15}
              strokeWidth={1.75}
              aria-hidden="true"
              className={failed ? 'shrink-0 text-danger' : 'shrink-0 text-ok'}
            />
            {visibleString(text)}
            {failed && <IconButton icon={X} label="Close" className="-mr-2" onClick={() => setSaid(NOTHING)} />}
          </p>
        )}
      </div>
    </SayContext>
  )
}
