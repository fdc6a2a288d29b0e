import { ShownText } from '../../../components/text/shown-text.tsx'

/** What the server is, whatever it is called. */
export function Target({ target }: { readonly target: string }) {
  return <ShownText text={target} className="mono block text-ink-3" />
}
