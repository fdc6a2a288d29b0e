import { useQuery } from '@tanstack/react-query'
import { ServerCrash } from 'lucide-react'
import { Banner } from '../components/notices/banner.tsx'
import { When } from '../components/time/when.tsx'
import { useTRPC } from '../trpc.ts'

const REFETCH_MS = 30_000

/** Shows owners and admins what keeps failing on the server, until it recovers. */
export function ServerNotices() {
  const trpc = useTRPC()
  const { data = [] } = useQuery(trpc.settings.notices.queryOptions(undefined, { refetchInterval: REFETCH_MS }))
  return data.map(({ id, title, says, since }) => (
    <Banner key={id} icon={ServerCrash} look="warn">
      <strong className="font-semibold">{title}</strong> {says}
      {since !== null && (
        <>
          {' '}
          First failure: <When at={since} />.
        </>
      )}
    </Banner>
  ))
}
