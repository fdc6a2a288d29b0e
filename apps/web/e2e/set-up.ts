import { expect } from 'vitest'
import type { Page } from 'playwright-core'
import { PASSWORD, type TestServer } from './server.ts'

/** Completes set-up to its last step, as a person would. Returns the key that was shown. */
export async function setUp(page: Page, server: TestServer): Promise<{ readonly key: string; readonly slug: string }> {
  await page.goto(await server.setUpLink())
  await page.getByLabel('Organization').fill('Northwind')
  await page.getByLabel('Username').fill('mara')
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await page.getByRole('button', { name: 'Create organization' }).click()
  await page.getByRole('button', { name: 'Copy key' }).click()
  await page.getByRole('button', { name: 'Copied' }).waitFor()
  const key = await page.evaluate(() => navigator.clipboard.readText())
  expect(key).toMatch(/^smk_/)
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByText('Listening. The entry appears here').waitFor()
  return { key, slug: 'northwind' }
}
