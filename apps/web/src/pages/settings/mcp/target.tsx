import { ShownText } from '../../../components/text/shown-text.tsx'

/** The command or URL of the server, which its name does not change. */
export function Target({ target }: { readonly target: string }) {
  return <ShownText text={target} className="mono block text-ink-3" />
}
