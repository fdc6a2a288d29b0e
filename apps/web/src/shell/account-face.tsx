import { Ellipsis } from 'lucide-react'
import { ShownText } from '../components/text/shown-text.tsx'
import type { Me } from './session.tsx'

export const ACCOUNT =
  'flex h-10 w-full items-center gap-2.5 rounded-control px-1.5 text-left hover:bg-hover max-desktop:justify-center max-tablet:w-11 coarse:h-11'

/** The signed-in user, at the bottom of the sidebar. */
export function AccountFace({ me }: { readonly me: Me }) {
  return (
    <>
      <span
        aria-hidden="true"
        className="flex size-6 shrink-0 items-center justify-center rounded-full bg-accent-solid text-[10px] font-semibold text-accent-on"
      >
        {initials(me.username)}
      </span>
      <span className="min-w-0 flex-1 max-desktop:hidden">
        <ShownText text={me.username} className="block truncate text-small font-semibold" />
        <span className="block text-micro font-normal text-ink-3 capitalize">{me.role}</span>
      </span>
      <Ellipsis size={15} aria-hidden="true" className="shrink-0 text-ink-3 max-desktop:hidden" />
    </>
  )
}

function initials(name: string): string {
  const words = name.split(/[\s._@-]+/).filter(Boolean)
  const letters =
    words.length > 1 ? words.slice(0, 2).map((word) => [...word][0] ?? '') : [...(words[0] ?? '?')].slice(0, 2)
  return letters.join('').toUpperCase()
}
