import type { TextIndex } from '../../../text-index.ts'
import type { RestartingLink } from './restarting-link.ts'
import type { TextRequest } from './text-protocol.ts'
import type { VerifiedSlice } from './index-verifier.ts'

/** Differences reported at most; there may be one per entry. */
const MAX_DIFFERENCES = 20

/** `renew` rebuilds a damaged index. Concurrent calls rebuild it once, and it does not report the outcome. */
export function sqliteTextIndex(link: RestartingLink<TextRequest>): TextIndex & { renew(): void } {
  let renewing = false
  return {
    renew() {
      if (renewing) return
      renewing = true
      void link
        .ask({ type: 'renew' })
        // `advance` retries and reports the error.
        .catch(() => undefined)
        .finally(() => {
          renewing = false
        })
    },
    advance: (org) => link.ask({ type: 'advance', org }),
    forget: (org, ranges) => link.ask({ type: 'forget', org, ranges }),
    dropExpired: (org) => link.ask({ type: 'expired', org }),
    progress: (org) => link.ask({ type: 'progress', org }),
    async verify(org) {
      const differences: string[] = []
      for (let from: number | null = 0; from !== null && differences.length < MAX_DIFFERENCES;) {
        const slice: VerifiedSlice = await link.ask({ type: 'verify', org, from })
        differences.push(...slice.differences)
        from = slice.next
      }
      return differences.slice(0, MAX_DIFFERENCES)
    },
  }
}
