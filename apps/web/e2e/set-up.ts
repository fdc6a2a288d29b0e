import { expect } from 'vitest'
import type { Page } from 'playwright-core'
import { PASSWORD, type TestServer } from './server.ts'

interface Organization {
  /** An API key that may report. */
  readonly key: string
  readonly slug: string
}

/** Creates the first user and an organization, and signs the page's browser in. Opens no page. */
export async function setUp(page: Page, server: TestServer): Promise<Organization> {
  const { origin, hash } = new URL(await server.setUpLink())
  const reply = await page.request.post(`${origin}/trpc/auth.setup`, {
    headers: { origin },
    data: { token: hash.slice(1), org: 'Northwind', username: 'mara', password: PASSWORD },
  })
  if (!reply.ok()) throw new Error(`Set-up failed: ${await reply.text()}`)
  const { result } = (await reply.json()) as { result: { data: { apiKey: { key: string } } } }
  return { key: result.data.apiKey.key, slug: 'northwind' }
}

/** Completes set-up on its page, to the last step. */
export async function setUpOnPage(page: Page, server: TestServer): Promise<Organization> {
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
