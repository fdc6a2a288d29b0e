import { Check, Copy } from 'lucide-react'
import { useEffect, useState } from 'react'
import { Button } from './button.tsx'

const SHOWN_MS = 2_000

interface CopyButtonProps {
  readonly text: string
  readonly label?: string
  readonly look?: 'neutral' | 'ghost' | 'primary'
  readonly onCopied?: () => void
  readonly className?: string
}

export function CopyButton({ text, label = 'Copy', look = 'neutral', onCopied, className }: CopyButtonProps) {
  const [outcome, setOutcome] = useState<'none' | 'copied' | 'refused'>('none')
  useEffect(() => {
    if (outcome === 'none') return
    const timer = window.setTimeout(() => setOutcome('none'), SHOWN_MS)
    return () => window.clearTimeout(timer)
  }, [outcome])
  async function tryCopy() {
    try {
      await copy(text)
      setOutcome('copied')
      onCopied?.()
    } catch {
      setOutcome('refused')
    }
  }
  return (
    <Button look={look} icon={outcome === 'copied' ? Check : Copy} className={className} onClick={() => void tryCopy()}>
      <span aria-live="polite">
        {outcome === 'copied' ? 'Copied' : outcome === 'refused' ? 'Copying was blocked' : label}
      </span>
    </Button>
  )
}

/** Rejects if the browser refuses: without a user gesture, or on a page not served over a secure connection. */
export async function copy(text: string): Promise<void> {
  await navigator.clipboard.writeText(text)
}
