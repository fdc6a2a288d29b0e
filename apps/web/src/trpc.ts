import type { AppRouter } from '@sentinelmesh/api'
import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query'
import { createTRPCClient, httpBatchLink, httpLink, splitLink, type TRPCClient } from '@trpc/client'
import { createTRPCContext } from '@trpc/tanstack-react-query'
import { isSignedOut, mayPass, toFault } from './fault.ts'

export type Client = TRPCClient<AppRouter>
export const { TRPCProvider, useTRPC, useTRPCClient } = createTRPCContext<AppRouter>()

const URL_PATH = '/trpc'

/** Speaks for the org of the page's URL; the server checks the membership on every request. */
export function createClient(org?: string): Client {
  const options = {
    url: URL_PATH,
    headers: org === undefined ? {} : { 'x-sentinelmesh-org': org },
    maxURLLength: 6_000,
  }
  return createTRPCClient<AppRouter>({
    links: [
      splitLink({
        // A batch answers when its slowest call does: rows must not wait for a histogram.
        condition: ({ path }) => /^(logs|rules|stats)\./.test(path),
        true: httpLink(options),
        false: httpBatchLink(options),
      }),
    ],
  })
}

/** One an org: what was read as one org is never shown as another. */
export function createQueries(onSignedOut: () => void): QueryClient {
  const onError = (error: unknown) => {
    if (isSignedOut(toFault(error))) onSignedOut()
  }
  return new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache(),
    defaultOptions: {
      queries: {
        networkMode: 'always', // the server may run on this very machine, which has no network at all
        refetchOnWindowFocus: false,
        staleTime: 30_000,
        retry: (failures, error) => failures < 3 && mayPass(toFault(error)),
        retryDelay: (failures, error) => {
          const { details } = toFault(error)
          return details.retryAfterSeconds === undefined ? 1_000 * 2 ** failures : details.retryAfterSeconds * 1_000
        },
      },
      mutations: { networkMode: 'always' },
    },
  })
}
