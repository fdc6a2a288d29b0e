import { X } from 'lucide-react'
import { type ReactNode, useId, useLayoutEffect, useRef } from 'react'
import { IconButton } from '../inputs/button.tsx'
import { cn } from './class-names.ts'

interface DialogProps {
  readonly title: string
  /** `wide` is for lists and long texts. */
  readonly size?: 'usual' | 'wide'
  readonly onClose?: () => void
  readonly children: ReactNode
}

/**
 * The native dialog traps and restores the focus, closes on Escape, and injects no style sheet, which the content
 * security policy would block. Without `onClose` the user cannot dismiss it.
 */
export function Dialog({ title, size = 'usual', onClose, children }: DialogProps) {
  const element = useRef<HTMLDialogElement>(null)
  const heading = useId()
  // A layout effect, so that the dialog closes while it is still mounted; otherwise the focus is not restored.
  useLayoutEffect(() => {
    const dialog = element.current
    if (dialog === null || dialog.open) return
    dialog.showModal()
    return () => dialog.close()
  }, [])
  return (
    <dialog
      ref={element}
      aria-labelledby={heading}
      className={cn(
        'm-auto rounded-dialog border border-line bg-raised p-0 text-ink shadow-dialog backdrop:bg-scrim',
        size === 'wide' ? 'w-[min(760px,calc(100vw-32px))]' : 'w-[min(560px,calc(100vw-32px))]',
      )}
      onCancel={(event) => {
        event.preventDefault()
        onClose?.()
      }}
      onKeyDown={(event) => {
        // A second Escape would close it without `onCancel`.
        if (event.key === 'Escape') {
          event.preventDefault()
          event.stopPropagation()
          onClose?.()
        }
      }}
    >
      <div className="flex items-center justify-between gap-4 border-b border-line py-2.5 pr-3 pl-5">
        <h2 id={heading} className="text-strong">
          {title}
        </h2>
        {onClose !== undefined && <IconButton icon={X} label="Close" keys="Esc" onClick={onClose} />}
      </div>
      <div className="relative max-h-[70dvh] overflow-y-auto p-5">{children}</div>
    </dialog>
  )
}
