import { describe, expect, test } from 'vitest'
import { noBrowser, openBrowser } from './browser.ts'
import { startServer } from './server.ts'
import { setUp } from './set-up.ts'

const numbered = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, at) => ({ sender: 'agent.counter', payload: `number ${from + at}.` }))

describe.skipIf(noBrowser)('the live list', () => {
  test('reconnects by itself after the server was killed and shows everything that was stored meanwhile, none of it twice', async () => {
    await using server = await startServer()
    await using browser = await openBrowser()
    const { page, context } = browser
    const { key, slug } = await setUp(page, server)
    await page.goto(`${server.url}/o/${slug}/logs`)
    await page.getByTestId('tail-bar').getByText('Live').waitFor()
    await server.report(key, numbered(1, 5))
    await page.getByText('number 5.').waitFor()

    await server.kill()
    await page.getByText('Live stream lost').waitFor()
    await page.getByTestId('tail-bar').getByText('Offline').waitFor()
    // So that what follows is stored while the page is away, however quick it is to come back.
    await context.setOffline(true)
    await server.start()
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

  test('holds new rows back while the view is paused, and lets them in on resume', async () => {
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

  test('joins what was stored and what arrives while it opens, without a gap and without a row twice', async () => {
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

  test('shows a late entry at its own time and says that it is late', async () => {
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
})
