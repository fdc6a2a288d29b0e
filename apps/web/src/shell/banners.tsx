import { FlaskConical, TriangleAlert, WifiOff } from 'lucide-react'
import { useEffect, useState } from 'react'
import { Banner } from '../components/notices/banner.tsx'
import { Button } from '../components/inputs/button.tsx'
import { duration } from '../figures.ts'
import { BANNER_AFTER_MS } from '../live/connection.ts'
import { usePulse } from '../live/pulse.ts'
import { useMay, useSession } from './session.tsx'
import { ServerNotices } from './server-notices.tsx'

/** Notices above every page: demo data, anonymous access, a lost live stream, and server problems. */
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
          <strong className="font-semibold">Demo: simulated agents.</strong> None of this happened on a real system.
        </Banner>
      )}
      {status.anonymousOrg !== null && (
        <Banner icon={TriangleAlert} look="warn">
          <strong className="font-semibold">Entries from this machine are accepted without a key</strong> for the
          organization {status.anonymousOrg}. To require a key, unset SENTINELMESH_ANONYMOUS_ORG.
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
          The server still stores new entries.{' '}
          {lost.retryAt === null
            ? 'Reconnecting now, then loading what you missed.'
            : `Reconnecting in ${Math.max(1, Math.ceil((lost.retryAt - now) / 1000))} s, then loading what you missed.`}
        </Banner>
      )}
    </>
  )
}

/** The current time, updated only while `running`. */
function useNow(running: boolean): number {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    if (!running) return
    const timer = window.setInterval(() => setNow(Date.now()), 500)
    return () => window.clearInterval(timer)
  }, [running])
  return now
}
