import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { noBrowser, openBrowser, withoutBrowser } from './browser.ts'
import { startServer, type TestServer } from './server.ts'
import { setUp } from './set-up.ts'

const numbered = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, at) => ({ sender: 'agent.counter', payload: `number ${from + at}.` }))

/** Kills and restarts the server while the page is offline, so the page cannot see what is stored next. */
async function goAway(server: TestServer, page: Page): Promise<void> {
  await server.kill()
  await page.getByText('Live stream lost').waitFor()
  await page.getByTestId('tail-bar').getByText('Offline').waitFor()
  await page.context().setOffline(true)
  await server.start()
}

describe.skipIf(noBrowser)('the live list', withoutBrowser, () => {
  test('reconnects after the server was killed and shows everything stored meanwhile exactly once', async () => {
    await using server = await startServer()
    await using browser = await openBrowser()
    const { page, context } = browser
    const { key, slug } = await setUp(page, server)
    await page.goto(`${server.url}/o/${slug}/logs`)
    await page.getByTestId('tail-bar').getByText('Live').waitFor()
    await server.report(key, numbered(1, 5))
    await page.getByText('number 5.').waitFor()

    await goAway(server, page)
    await server.report(key, numbered(6, 12))
    await context.setOffline(false)
    await page.getByText('number 12.').waitFor({ timeout: 30_000 })
    await server.report(key, numbered(13, 14))
    await page.getByText('number 14.').waitFor()

    await page.getByText(/Back-filled .* 7 entries, 7 match, nothing missing\./).waitFor()
    expect(await page.getByText('Live stream lost').count()).toBe(0)
    const rows = await page.getByRole('row').filter({ hasText: 'agent.counter' }).allInnerTexts()
    const numbers = rows.map((text) => Number(/number (\d+)\./.exec(text)?.[1])).sort((one, other) => one - other)
    expect(numbers).toEqual(Array.from({ length: 14 }, (_, at) => at + 1))
  })

  test('holds new rows back while the view is paused, and shows them on resume', async () => {
    await using server = await startServer()
    await using browser = await openBrowser()
    const { page, errors } = browser
    const { key, slug } = await setUp(page, server)
    await server.report(key, numbered(1, 3))
    await page.goto(`${server.url}/o/${slug}/logs`)
    await page.getByText('number 3.').waitFor()
    await page.getByTestId('tail-bar').getByText('Live').waitFor()

    await page.keyboard.press('Space')
    await page.getByTestId('tail-bar').getByText('Paused').waitFor()
    await server.report(key, numbered(4, 6))
    const pill = page.getByRole('button', { name: '3 new' })
    await pill.waitFor()
    expect(await page.getByText('number 6.').count()).toBe(0)
    await pill.click()
    await page.getByText('number 6.').waitFor()
    expect(errors).toEqual([])
  })

  test('joins stored rows and rows that arrive while it opens, without gaps or duplicates', async () => {
    await using server = await startServer()
    await using browser = await openBrowser()
    const { page, errors } = browser
    await page.setViewportSize({ width: 1440, height: 4_000 })
    const { key, slug } = await setUp(page, server)
    let sent = 0
    const sending = (async () => {
      while (sent < 100) {
        await server.report(key, numbered(sent + 1, sent + 2))
        sent += 2
      }
    })()
    await page.goto(`${server.url}/o/${slug}/logs`)
    await sending
    await page.getByText('number 100.').waitFor()
    await page.getByText('number 1.', { exact: true }).waitFor()
    const rows = await page.getByRole('row').filter({ hasText: 'agent.counter' }).allInnerTexts()
    const numbers = rows.map((text) => Number(/number (\d+)\./.exec(text)?.[1]))
    expect(numbers).toEqual(Array.from({ length: 100 }, (_, at) => 100 - at))
    expect(errors).toEqual([])
  })

  test('shows a late entry at its own time, marked as late', async () => {
    await using server = await startServer()
    await using browser = await openBrowser()
    const { page } = browser
    const { key, slug } = await setUp(page, server)
    await server.report(key, [{ sender: 'agent.prompt', payload: 'on time' }])
    await page.goto(`${server.url}/o/${slug}/logs`)
    await page.getByText('on time').waitFor()
    await page.getByTestId('tail-bar').getByText('Live').waitFor()
    const timestamp = new Date(Date.now() - 90_000).toISOString()
    await server.report(key, [{ sender: 'agent.slow', payload: 'from before', timestamp }])
    await page.getByText(/arrived 1 min \d+ s late/).waitFor()
    const rows = await page.getByRole('row').filter({ hasText: 'agent.' }).allInnerTexts()
    expect(rows.map((text) => (text.includes('on time') ? 'on time' : 'late'))).toEqual(['on time', 'late'])
  })

  test('shows where entries that it has not shown are missing, and why', async () => {
    await using server = await startServer()
    await using browser = await openBrowser()
    const { page, context } = browser
    const { key, slug } = await setUp(page, server)
    await page.goto(`${server.url}/o/${slug}/logs`)
    await page.getByTestId('tail-bar').getByText('Live').waitFor()
    await server.report(key, numbered(1, 5))
    await page.getByText('number 5.').waitFor()

    await goAway(server, page)
    await server.report(
      key,
      numbered(6, 8).map((entry) => ({ ...entry, session: 'to be erased' })),
    )
    await server.report(key, numbered(9, 10))
    const ask = async (path: string, options: object) => {
      const reply = await context.request.fetch(`${server.url}/trpc/${path}`, {
        headers: { 'x-sentinelmesh-org': slug },
        ...options,
      })
      return ((await reply.json()) as { result: { data: { id: number; state: string } } }).result.data
    }
    const { id } = await ask('erasures.create', { method: 'POST', data: { session: 'to be erased' } })
    const input = encodeURIComponent(JSON.stringify({ id }))
    await expect
      .poll(async () => (await ask(`erasures.get?input=${input}`, {})).state, { timeout: 15_000 })
      .toBe('finished')
    await context.setOffline(false)

    await page.getByText('Entries 6 to 8 are missing: they were erased on request.').waitFor()
    await page.getByText('number 10.').waitFor()
    await page.getByText(/Back-filled .* after a reconnect\. 2 entries, 2 match\.$/).waitFor()
    expect(await page.getByText('nothing missing').count()).toBe(0)
  })

  test('catches up with thousands of entries, shows the progress, and misses none', async () => {
    await using server = await startServer()
    await using browser = await openBrowser()
    const { page, context } = browser
    const { key, slug } = await setUp(page, server)
    await page.goto(`${server.url}/o/${slug}/logs`)
    await page.getByTestId('tail-bar').getByText('Live').waitFor()
    await goAway(server, page)
    for (let from = 1; from <= 12_000; from += 1_000) await server.report(key, numbered(from, from + 999))
    const said = await listenTo(page, 'tail-bar')
    await context.setOffline(false)
    await page.getByText(/Back-filled .* 12,000 entries, 12,000 match, nothing missing\./).waitFor()
    await page.getByText('number 12000.').waitFor()
    await page.getByTestId('tail-bar').getByText('Catching up').waitFor({ state: 'detached' })
    expect(await said()).toContainEqual(expect.stringContaining('Catching up'))
    expect(await page.getByText('are missing:').count()).toBe(0)
  })
})

/** Records every text that the element shows from now on, however briefly. The result returns the texts so far. */
async function listenTo(page: Page, testId: string): Promise<() => Promise<readonly string[]>> {
  const texts = await page.getByTestId(testId).evaluateHandle((element) => {
    const said: string[] = []
    new MutationObserver(() => said.push(element.textContent ?? '')).observe(element, {
      childList: true,
      characterData: true,
      subtree: true,
    })
    return said
  })
  return () => texts.jsonValue()
}
