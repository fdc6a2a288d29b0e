import { describe, expect, test } from 'vitest'
import { expectAccessible } from './accessible.ts'
import { noBrowser, openBrowser, withoutBrowser } from './browser.ts'
import { PASSWORD, startServer } from './server.ts'
import { setUp } from './set-up.ts'

const entries = (count: number) => Array.from({ length: count }, (_, n) => ({ sender: 'agent.books', payload: `${n}` }))

describe.skipIf(noBrowser)('Settings, Limits', withoutBrowser, () => {
  test('an owner limits the organization and a key, and sees the number of refused entries', async () => {
    await using server = await startServer()
    await using browser = await openBrowser()
    const { page, errors } = browser
    const { key, slug } = await setUp(page, server)
    const post = (count: number) =>
      fetch(`${server.url}/api/v1/logs`, {
        method: 'POST',
        headers: { 'x-api-key': key, 'content-type': 'application/json' },
        body: JSON.stringify(entries(count)),
      })
    await page.goto(`${server.url}/o/${slug}/overview`)
    await page.getByRole('link', { name: 'Settings' }).click()
    await page.getByRole('link', { name: 'Limits' }).click()
    await page.waitForURL(/settings\/limits/)

    const quota = page.getByRole('region', { name: 'Ingest quota' })
    const save = quota.getByRole('button', { name: 'Save' })
    await quota.getByLabel('Entries per second').fill('0')
    await quota.getByText('Enter a number from 0.1 to 100,000').waitFor()
    expect(await save.isDisabled()).toBe(true)
    await quota.getByLabel('Entries per second').fill('0.1')
    await save.click()
    await page.getByText('Quota saved').waitFor()
    await quota.getByText('After a pause, 1 can arrive at once.').waitFor()

    expect((await post(500)).status).toBe(200)
    expect((await post(7)).status).toBe(429)
    await quota.getByText(/7 entries refused since the server started, last/).waitFor()
    await expectAccessible(page, 'limits')
    await quota.getByLabel('Entries per second').fill('')
    await save.click()
    await page.getByText('Quota removed').waitFor()
    expect((await post(1)).status).toBe(200)

    const keys = page.getByRole('region', { name: 'Key rates' })
    await keys.getByRole('textbox').fill('0.5')
    await keys.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Rate saved').waitFor()
    expect((await post(500)).status).toBe(200)
    expect((await post(3)).status).toBe(429)
    await keys.getByRole('cell', { name: /^3 last/ }).waitFor()
    await page.reload()
    expect(await keys.getByRole('textbox').inputValue()).toBe('0.5')
    expect(errors.filter((error) => !error.includes('429'))).toEqual([])
  })

  test('an analyst sees who may view the limits', async () => {
    await using server = await startServer()
    await using browser = await openBrowser()
    const { page } = browser
    const { slug } = await setUp(page, server)
    await server.createUser('ana', 'Northwind', 'analyst')
    await page.context().clearCookies()
    await page.goto(`${server.url}/o/${slug}/settings/limits`)
    await page.getByLabel('Username').fill('ana')
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByText('can see and change how much can be reported.').waitFor()
    expect(await page.getByRole('region', { name: 'Ingest quota' }).count()).toBe(0)
  })
})
