import { CircleQuestionMark } from 'lucide-react'
import { createContext, type ReactNode, use } from 'react'
import { IconButton } from '../components/inputs/button.tsx'
import { Logo } from '../components/layout/logo.tsx'
import { useTitle } from '../components/layout/use-title.ts'

export const HelpContext = createContext<() => void>(() => undefined)

interface PageProps {
  readonly title: string
  /** Next to the title, in a lighter color. */
  readonly note?: string
  /** Controls at the right end of the top bar. */
  readonly tools: ReactNode
  readonly children: ReactNode
}

/** The top bar and content of one page. */
export function Page({ title, note, tools, children }: PageProps) {
  useTitle(title)
  const openHelp = use(HelpContext)
  return (
    <>
      <header className="flex min-h-13 shrink-0 items-center gap-2 border-b border-line px-5 max-tablet:flex-wrap max-tablet:gap-1.5 max-tablet:px-3 max-tablet:py-1.5">
        <span className="tablet:hidden">
          <Logo size={20} />
        </span>
        <h1 className="text-strong">{title}</h1>
        <span className="mr-auto text-body text-ink-3 tabular-nums">{note}</span>
        {tools}
        <IconButton icon={CircleQuestionMark} label="Keyboard shortcuts" keys="?" onClick={openHelp} />
      </header>
      <main id="main" tabIndex={-1} className="flex min-h-0 flex-1 flex-col outline-none">
        {children}
      </main>
    </>
  )
}
