import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ShownText } from '../../../components/text/shown-text.tsx'
import { When } from '../../../components/time/when.tsx'
import { exact } from '../../../figures.ts'
import { useSession } from '../../../shell/session.tsx'
import { useTRPC } from '../../../trpc.ts'
import { Section } from '../section.tsx'
import { Cell, Table } from '../table.tsx'

/** Sessions that were seen and could not have been stopped. Nothing is said where there are none. */
export function Unasked() {
  const trpc = useTRPC()
  const { slug } = useSession()
  const { data = [] } = useQuery(trpc.sources.unasked.queryOptions())
  if (data.length === 0) return null
  return (
    <Section
      title="Sessions without hooks"
      about="In the last day their tool calls came as telemetry alone, most of it after they ran. The agent’s hooks, below, let rules answer before."
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
