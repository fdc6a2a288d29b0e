import type { Row } from '@sentinelmesh/api'
import { useEffect, useEffectEvent, useState } from 'react'
import { useSession } from '../../../shell/session.tsx'

/** The first entry of a source that arrives while the page is open. */
export function useArrival(source: string, onArrival: () => void): Row | undefined {
  const { socket } = useSession()
  const [arrived, setArrived] = useState<{ readonly source: string; readonly row: Row }>()
  const notify = useEffectEvent(onArrival)
  useEffect(() => {
    let position: string | undefined
    const followed = socket.follow({
      q: `attributes.source:${source}`,
      after: () => position,
      onItem(item) {
        if (item.type === 'progress') position = item.cursor
        if (item.type !== 'entry') return
        position = item.entry.cursor
        followed.stop()
        setArrived({ source, row: item.entry })
        notify()
      },
    })
    return () => followed.stop()
  }, [socket, source])
  return arrived?.source === source ? arrived.row : undefined
}
