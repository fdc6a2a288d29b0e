import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { createRoot } from 'react-dom/client'
import { router } from './router.tsx'
import './styles.css'
import { createClient, createQueries, TRPCProvider } from './trpc.ts'

/** For pages outside of an org: set-up, sign-in, and the start page. */
const client = createClient()
const queries = createQueries(() => undefined)

const root = document.getElementById('root')
if (root !== null) {
  createRoot(root).render(
    <QueryClientProvider client={queries}>
      <TRPCProvider trpcClient={client} queryClient={queries}>
        <RouterProvider router={router} />
      </TRPCProvider>
    </QueryClientProvider>,
  )
}
