import { CircleCheck, CircleX, X } from 'lucide-react'
import { createContext, type ReactNode, use, useCallback, useEffect, useRef, useState } from 'react'
import { IconButton } from '../components/inputs/button.tsx'
import { visibleString } from '../components/text/visible-text.ts'

const SHOWN_MS = 6_000
const NOTHING = { text: '', outcome: 'done' } as const
/** `failed` stays until it is closed, so that nobody misses a failure. */
type ShowToast = (text: string, outcome?: 'done' | 'failed') => void
const ToastContext = createContext<ShowToast>(() => undefined)

/** Reports in one line what was done, if nothing else on the page shows it. */
export const useToast = () => use(ToastContext)

/** Shows one line at a time at the bottom. It stays while the pointer is over it. */
export function Toasts({ children }: { readonly children: ReactNode }) {
  const [{ text, outcome }, setShown] = useState<{ text: string; outcome: 'done' | 'failed' }>(NOTHING)
  const timer = useRef<number | undefined>(undefined)
  const hold = useCallback(() => window.clearTimeout(timer.current), [])
  const release = useCallback(() => {
    window.clearTimeout(timer.current)
    timer.current = window.setTimeout(() => setShown(NOTHING), SHOWN_MS)
  }, [])
  const show = useCallback<ShowToast>(
    (next, how = 'done') => {
      setShown({ text: next, outcome: how })
      if (how === 'done') release()
      else hold()
    },
    [hold, release],
  )
  const failed = outcome === 'failed'
  const Icon = failed ? CircleX : CircleCheck
  useEffect(() => hold, [hold])
  return (
    <ToastContext value={show}>
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
            {failed && <IconButton icon={X} label="Close" className="-mr-2" onClick={() => setShown(NOTHING)} />}
          </p>
        )}
      </div>
    </ToastContext>
  )
}
