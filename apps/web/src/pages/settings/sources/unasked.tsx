import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ShownText } from '../../../components/shown-text.tsx'
import { When } from '../../../components/when.tsx'
import { exact } from '../../../figures.ts'
import { useSession } from '../../../shell/session.tsx'
import { useTRPC } from '../../../trpc.ts'
import { Section } from '../section.tsx'

/** Sessions that were seen and could not have been stopped. Nothing is said where there are none. */
export function Unasked() {
  const trpc = useTRPC()
  const { slug } = useSession()
  const { data = [] } = useQuery(trpc.sources.unasked.queryOptions())
  if (data.length === 0) return null
  return (
    <Section
      title="Asked nothing before"
      about="Sessions of the last day whose tool calls came as telemetry alone, most of it after they ran. Install the agent’s hooks to judge them before: sentinelmesh hook install, see below."
    >
      <div className="overflow-x-auto rounded-card border border-line bg-surface">
        <table className="w-full text-body">
          <thead className="text-left text-small text-ink-3">
            <tr>
              <th className="px-3.5 py-2 font-medium">Session</th>
              <th className="px-3.5 py-2 font-medium">Agent</th>
              <th className="px-3.5 py-2 font-medium">Last call</th>
              <th className="px-3.5 py-2 text-right font-medium">Calls</th>
            </tr>
          </thead>
          <tbody>
            {data.map(({ session, sender, last_seen: lastSeen, calls }) => (
              <tr key={`${sender} ${session}`} className="border-t border-line">
                <td className="mono max-w-80 truncate px-3.5 py-2.5">
                  <Link
                    to="/o/$org/logs"
                    params={{ org: slug }}
                    search={{ q: `session:${JSON.stringify(session)}` }}
                    className="hover:underline"
                  >
                    <ShownText text={session} />
                  </Link>
                </td>
                <td className="px-3.5 py-2.5">
                  <ShownText text={sender} />
                </td>
                <td className="px-3.5 py-2.5 whitespace-nowrap">
                  <When at={lastSeen} />
                </td>
                <td className="px-3.5 py-2.5 text-right tabular-nums">{exact(calls)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Section>
  )
}
