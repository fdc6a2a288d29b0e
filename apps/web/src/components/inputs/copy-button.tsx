import { Check, Copy } from 'lucide-react'
import { useEffect, useState } from 'react'
import { Button } from './button.tsx'

const SAID_MS = 2_000

interface CopyButtonProps {
  readonly text: string
  readonly label?: string
  readonly look?: 'neutral' | 'ghost' | 'primary'
  readonly onCopied?: () => void
  readonly className?: string
}

export function CopyButton({ text, label = 'Copy', look = 'neutral', onCopied, className }: CopyButtonProps) {
  const [said, setSaid] = useState<'no' | 'copied' | 'refused'>('no')
  useEffect(() => {
    if (said === 'no') return
    const timer = window.setTimeout(() => setSaid('no'), SAID_MS)
    return () => window.clearTimeout(timer)
  }, [said])
  async function tryCopy() {
    try {
      await copy(text)
      setSaid('copied')
      onCopied?.()
    } catch {
      setSaid('refused')
    }
  }
  return (
    <Button look={look} icon={said === 'copied' ? Check : Copy} className={className} onClick={() => void tryCopy()}>
      <span aria-live="polite">
        {said === 'copied' ? 'Copied' : said === 'refused' ? 'Select and copy it by hand' : label}
      </span>
    </Button>
  )
}

/** Rejects where the browser refuses: without a user's gesture, or on a page that is not served securely. */
export async function copy(text: string): Promise<void> {
  await navigator.clipboard.writeText(text)
}
