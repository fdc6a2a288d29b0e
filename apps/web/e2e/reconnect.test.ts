import { describe, expect, test } from 'vitest'
import { noBrowser, openBrowser } from './browser.ts'
import { startServer } from './server.ts'
import { setUp } from './set-up.ts'

const numbered = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, at) => ({ sender: 'agent.counter', payload: `number ${from + at}.` }))

describe.skipIf(noBrowser)('a page whose server was killed', () => {
  test('reconnects by itself and shows everything that was stored meanwhile, none of it twice', async () => {
    await using server = await startServer()
    await using browser = await openBrowser()
    const { page } = browser
    const { key, slug } = await setUp(page, server)
    await page.goto(`${server.url}/o/${slug}/logs`)
    await page.getByTestId('tail-bar').getByText('Live').waitFor()
    await server.report(key, numbered(1, 5))
    await page.getByText('number 5.').waitFor()

    await server.kill()
    await page.getByText('Live stream lost').waitFor()
    await page.getByTestId('tail-bar').getByText('Offline').waitFor()
    await server.start()
    // Before the page has come back: it tries again after 1, 2, 4 … seconds.
    await server.report(key, numbered(6, 12))
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
})
