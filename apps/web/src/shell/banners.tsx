import { FlaskConical, TriangleAlert, WifiOff } from 'lucide-react'
import { useEffect, useState } from 'react'
import { Banner } from '../components/notices/banner.tsx'
import { Button } from '../components/inputs/button.tsx'
import { duration } from '../figures.ts'
import { BANNER_AFTER_MS } from '../live/connection.ts'
import { usePulse } from '../live/pulse.ts'
import { useMay, useSession } from './session.tsx'
import { ServerNotices } from './server-notices.tsx'

/** Notices on every page: simulated data, anonymous access, a lost stream, a server that needs attention. */
export function Banners() {
  const { status, pulse, socket } = useSession()
  const { connection } = usePulse(pulse)
  const mayAct = useMay('settings.read')
  const now = useNow(connection.status === 'lost')
  const lost = connection.status === 'lost' && now - connection.since >= BANNER_AFTER_MS ? connection : undefined
  return (
    <>
      {status.demo && (
        <Banner icon={FlaskConical}>
          <strong className="font-semibold">Demo: simulated agents.</strong> Nothing here happened outside this program.
        </Banner>
      )}
      {status.anonymousOrg !== null && (
        <Banner icon={TriangleAlert} look="warn">
          <strong className="font-semibold">Entries are taken without a key</strong> for the organization{' '}
          {status.anonymousOrg}, from this machine. Unset SENTINELMESH_ANONYMOUS_ORG to end that.
        </Banner>
      )}
      {mayAct && <ServerNotices />}
      {lost !== undefined && (
        <Banner
          icon={WifiOff}
          look="warn"
          action={
            <Button onClick={socket.retryNow} disabled={lost.retryAt === null}>
              Retry now
            </Button>
          }
        >
          <strong className="font-semibold">
            Live stream lost {duration(Math.floor((now - lost.since) / 1000) * 1000)} ago.
          </strong>{' '}
          What the server takes in meanwhile is kept.{' '}
          {lost.retryAt === null
            ? 'Trying now, then we fetch what you missed.'
            : `Retrying in ${Math.max(1, Math.ceil((lost.retryAt - now) / 1000))} s, then we fetch what you missed.`}
        </Banner>
      )}
    </>
  )
}

/** Ticks only while somebody looks at it. */
function useNow(running: boolean): number {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    if (!running) return
    const timer = window.setInterval(() => setNow(Date.now()), 500)
    return () => window.clearInterval(timer)
  }, [running])
  return now
}
