import { useQuery } from '@tanstack/react-query'
import { Button } from '../../../components/inputs/button.tsx'
import { ShownText } from '../../../components/text/shown-text.tsx'
import { useMay, useSession } from '../../../shell/session.tsx'
import { exactTime } from '../../../time.ts'
import { useTRPC } from '../../../trpc.ts'
import { Section } from '../section.tsx'
import { useAct } from '../use-act.ts'

/** The agents for which enforcement is paused. Nothing while there are none. */
export function Pauses() {
  const { client } = useSession()
  const trpc = useTRPC()
  const may = useMay('verdicts.allow')
  const pauses = useQuery(trpc.verdicts.pauses.queryOptions())
  const resume = useAct(client.verdicts.resume.mutate, 'Enforcement was not resumed')
  const items = pauses.data?.items ?? []
  if (items.length === 0) return null
  return (
    <Section title="Paused agents" about="Everything is allowed for these agents, as in dry run, until the pause ends.">
      <ul className="mb-7 rounded-card border border-line bg-surface">
        {items.map(({ sender, until, paused_by: by }) => (
          <li
            key={sender}
            className="flex flex-wrap items-center gap-3 border-t border-line px-4 py-2.5 text-body first:border-t-0"
          >
            <ShownText text={sender} className="mono" />
            <span className="text-ink-2">
              until {exactTime(Date.parse(until))}, by <ShownText text={by} />
            </span>
            {may && (
              <Button busy={resume.busy} onClick={() => void resume.run({ sender })}>
                Resume
              </Button>
            )}
          </li>
        ))}
      </ul>
    </Section>
  )
}
