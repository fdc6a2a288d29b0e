import { QueryClient, QueryObserver, type UseQueryResult } from '@tanstack/react-query'
import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import { Loaded } from './loaded.tsx'

/** Renders a query whose last fetch fails after the given answers. */
async function afterFailure(answers: readonly string[]): Promise<string> {
  const left = [...answers]
  const queryFn = () => left.shift() ?? Promise.reject(new Error('away'))
  const query = new QueryObserver(new QueryClient(), { queryKey: ['sources'], queryFn, retry: false })
  for (let asked = 0; asked <= answers.length; asked++) await query.refetch()
  const result = query.getCurrentResult() as UseQueryResult<string, unknown>
  expect(result.isError).toBe(true)
  return renderToStaticMarkup(
    <Loaded what="Sources" query={result}>
      {(data) => data}
    </Loaded>,
  )
}

test('loaded data stays visible while the server is unreachable', async () => {
  expect(await afterFailure(['a key that is shown once'])).toBe('a key that is shown once')
})

test('without any data, the error names what could not be loaded', async () => {
  expect(await afterFailure([])).toContain('Sources could not be loaded')
})
