import { describe, expect, test } from 'vitest'
import { expectAccessible } from './accessible.ts'
import { noBrowser, openBrowser, withoutBrowser } from './browser.ts'
import { PASSWORD, startServer } from './server.ts'
import { setUp, setUpOnPage } from './set-up.ts'

const entries = (session: string, count: number) =>
  Array.from({ length: count }, (_, n) => ({ sender: 'agent.books', session, payload: `${session} ${n}` }))

describe.skipIf(noBrowser)('Settings, Retention', withoutBrowser, () => {
  test('shows what a change would remove, and erases a session or everything after a confirmation', async () => {
    await using server = await startServer()
    await using browser = await openBrowser()
    const { page, errors } = browser
    const { key, slug } = await setUpOnPage(page, server)
    await server.report(key, [...entries('s-gone', 40), ...entries('s-kept', 10)])
    await page.goto(`${server.url}/o/${slug}/overview`)
    await page.getByRole('link', { name: 'Settings' }).click()
    await page.getByRole('link', { name: 'Retention' }).click()
    await page.waitForURL(/settings\/retention/)
    await page.getByRole('region', { name: 'Storage' }).getByText('50', { exact: true }).waitFor()

    const save = page.getByRole('button', { name: 'Save', exact: true })
    expect(await save.isDisabled()).toBe(true)
    await page.getByLabel('Keep counts, days').fill('30')
    await page.getByText('at least as long as entries: 90 days or more').waitFor()
    await page.getByLabel('Keep counts, days').fill('400')
    await page.getByLabel('Keep entries, days').fill('30')
    await page.getByText('This deletes no entries now.').waitFor()
    await expectAccessible(page, 'retention')
    await save.click()
    await page.getByText('Retention saved').waitFor()
    await page.reload()
    expect(await page.getByLabel('Keep entries, days').inputValue()).toBe('30')

    await page.getByLabel('Erase a session').fill('s-gone')
    await page.getByRole('button', { name: 'Erase session…' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('s-gone').waitFor()
    await expectAccessible(page, 'erase dialog')
    await dialog.getByRole('button', { name: 'Erase session' }).click()
    await page.getByRole('list', { name: 'Erasures' }).getByText('40 entries erased').waitFor()

    await page.getByRole('region', { name: 'Storage' }).getByText('10', { exact: true }).waitFor()

    await page.getByRole('button', { name: 'Erase everything…' }).click()
    const erase = dialog.getByRole('button', { name: 'Erase everything' })
    expect(await erase.isDisabled()).toBe(true)
    await dialog.getByLabel("Type the organization's name").fill('Northwind')
    await erase.click()
    await page.getByRole('list', { name: 'Erasures' }).getByText('10 entries erased').waitFor()
    expect(errors).toEqual([])
  })

  test('an admin cannot erase everything, and a viewer sees who may view the settings', async () => {
    await using server = await startServer()
    await using browser = await openBrowser()
    const { page } = browser
    const { slug } = await setUp(page, server)
    for (const [name, role, text] of [
      ['adam', 'admin', 'Owner can do this.'],
      ['vera', 'viewer', 'Owner or admin can see and change'],
    ] as const) {
      await server.createUser(name, 'Northwind', role)
      await page.context().clearCookies()
      await page.goto(`${server.url}/o/${slug}/settings/retention`)
      await page.getByLabel('Username').fill(name)
      await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
      await page.getByRole('button', { name: 'Sign in' }).click()
      await page.getByText(text).waitFor()
      const erase = page.getByRole('button', { name: 'Erase everything…' })
      expect(await erase.and(page.locator(':enabled')).count()).toBe(0)
    }
  })
})
