import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ShownText } from '../../../components/text/shown-text.tsx'
import { When } from '../../../components/time/when.tsx'
import { exact } from '../../../figures.ts'
import { useSession } from '../../../shell/session.tsx'
import { useTRPC } from '../../../trpc.ts'
import { Section } from '../section.tsx'
import { Cell, Table } from '../table.tsx'

/** Sessions whose tool calls were reported but could not be blocked. Renders nothing if there are none. */
export function SessionsWithoutHooks() {
  const trpc = useTRPC()
  const { slug } = useSession()
  const { data = [] } = useQuery(trpc.sources.unasked.queryOptions())
  if (data.length === 0) return null
  return (
    <Section
      title="Sessions without hooks"
      about="In the last 24 hours, these sessions reported tool calls only as telemetry, mostly after they ran. Install the agent’s hooks, below, to check calls before they run."
    >
      <Table columns={['Session', 'Agent', 'Last call', 'Calls']} figures={3}>
        {data.map(({ session, sender, last_seen: lastSeen, calls }) => (
          <tr key={`${sender} ${session}`}>
            <Cell className="mono max-w-80 truncate max-tablet:max-w-48">
              <Link
                to="/o/$org/logs"
                params={{ org: slug }}
                search={{ q: `session:${JSON.stringify(session)}` }}
                className="hover:underline"
              >
                <ShownText text={session} />
              </Link>
            </Cell>
            <Cell className="min-w-36 wrap-anywhere">
              <ShownText text={sender} />
            </Cell>
            <Cell className="whitespace-nowrap">
              <When at={lastSeen} />
            </Cell>
            <Cell figure>{exact(calls)}</Cell>
          </tr>
        ))}
      </Table>
    </Section>
  )
}
