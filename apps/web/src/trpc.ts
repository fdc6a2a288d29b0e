import type { AppRouter } from '@sentinelmesh/api'
import { QueryCache, QueryClient } from '@tanstack/react-query'
import { createTRPCClient, httpBatchLink, httpLink, splitLink, type TRPCClient } from '@trpc/client'
import { createTRPCContext } from '@trpc/tanstack-react-query'
import { isSignedOut, isTransient, toFault } from './fault.ts'

export type Client = TRPCClient<AppRouter>
export const { TRPCProvider, useTRPC, useTRPCClient } = createTRPCContext<AppRouter>()

const URL_PATH = '/trpc'

/** Sends requests for the org in the URL. The server checks membership on every request. */
export function createClient(org?: string): Client {
  const options = {
    url: URL_PATH,
    headers: org === undefined ? {} : { 'x-sentinelmesh-org': org },
    maxURLLength: 6_000,
  }
  return createTRPCClient<AppRouter>({
    links: [
      splitLink({
        // A batch takes as long as its slowest call, and rows must not wait for a histogram.
        condition: ({ path }) => /^(logs|rules|stats)\./.test(path),
        true: httpLink(options),
        false: httpBatchLink(options),
      }),
    ],
  })
}

/** Creates one cache per org, so that data of one org never shows up in another. */
export function createQueries(onSignedOut: () => void): QueryClient {
  const onError = (error: unknown) => {
    if (isSignedOut(toFault(error))) onSignedOut()
  }
  return new QueryClient({
    queryCache: new QueryCache({ onError }),
    defaultOptions: {
      queries: {
        networkMode: 'always', // the server may run on this machine, which can be offline
        refetchOnWindowFocus: false,
        staleTime: 30_000,
        retry: (failures, error) => failures < 3 && isTransient(toFault(error)),
        retryDelay: (failures, error) => {
          const { details } = toFault(error)
          return details.retryAfterSeconds === undefined ? 1_000 * 2 ** failures : details.retryAfterSeconds * 1_000
        },
      },
      mutations: { networkMode: 'always' },
    },
  })
}
