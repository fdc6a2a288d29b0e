import { Dialog } from '../components/layout/dialog.tsx'
import { Keys } from '../components/inputs/button.tsx'
import { useAllBindings } from '../keyboard.ts'
import { usePreferences } from '../preferences.ts'

/** Lists exactly the shortcuts that are active on this page. */
export function HelpDialog({ onClose }: { readonly onClose: () => void }) {
  const bindings = useAllBindings()
  const { singleLetterKeys } = usePreferences()
  const groups = [...new Set(bindings.map(({ group }) => group))]
  return (
    <Dialog title="Keyboard shortcuts" onClose={onClose}>
      {!singleLetterKeys && (
        <p className="mb-4 text-body text-ink-2">Single-letter shortcuts are off. Turn them on in the account menu.</p>
      )}
      <div className="columns-2 gap-8 max-tablet:columns-1">
        {groups.map((group) => (
          <section key={group} aria-label={group} className="mb-5 break-inside-avoid">
            <h3 className="mb-1.5 text-small text-ink-3">{group}</h3>
            <dl>
              {bindings
                .filter((binding) => binding.group === group)
                .map(({ keys, does }) => (
                  <div
                    key={keys}
                    className="flex items-center justify-between gap-3 border-b border-line py-1.5 last:border-b-0"
                  >
                    <dt className="text-body">{does}</dt>
                    <dd className="flex shrink-0 gap-1">
                      {keys.split('  ').map((key) => (
                        <Keys key={key}>{key}</Keys>
                      ))}
                    </dd>
                  </div>
                ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  )
}
