import type { TextIndex } from '../../../text-index.ts'
import type { KeptLink } from './kept-link.ts'
import type { TextRequest } from './text-protocol.ts'
import type { VerifiedSlice } from './verify-index.ts'

/** Differences that are told; there may be as many as entries. */
const MOST_TOLD = 20

/** `renew`: begins anew, once for all who found it damaged; it says nothing of how that went. */
export function sqliteTextIndex(link: KeptLink<TextRequest>): TextIndex & { renew(): void } {
  let renewing = false
  return {
    renew() {
      if (renewing) return
      renewing = true
      void link
        .ask({ type: 'renew' })
        // What is wrong is told by `advance`, which tries again.
        .catch(() => undefined)
        .finally(() => {
          renewing = false
        })
    },
    advance: (org) => link.ask({ type: 'advance', org }),
    forget: (org, ranges) => link.ask({ type: 'forget', org, ranges }),
    dropExpired: (org) => link.ask({ type: 'expired', org }),
    progress: (org) => link.ask({ type: 'progress', org }),
    failure: () => link.failure(),
    async verify(org) {
      const differences: string[] = []
      for (let from: number | null = 0; from !== null && differences.length < MOST_TOLD;) {
        const slice: VerifiedSlice = await link.ask({ type: 'verify', org, from })
        differences.push(...slice.differences)
        from = slice.next
      }
      return differences.slice(0, MOST_TOLD)
    },
  }
}
