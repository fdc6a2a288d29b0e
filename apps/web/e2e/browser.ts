import { existsSync } from 'node:fs'
import { leftOut } from '@sentinelmesh/test-inputs'
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core'
import { afterAll } from 'vitest'

const PATH = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium'
const REQUIRED = process.env['SENTINELMESH_TEST_REQUIRE_BROWSER'] === '1'
const ARGUMENTS =
  '--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync'

/** Tests are skipped if there is no browser. If a browser is required, its absence is a failure instead. */
export const noBrowser = !existsSync(PATH)
if (noBrowser && REQUIRED) throw new Error(`There is no browser at ${PATH}; CHROMIUM_PATH names another.`)
/** Options of the suites that are skipped without a browser. */
export const withoutBrowser = leftOut(`need a browser; none is at ${PATH}, and CHROMIUM_PATH names another`)

export interface OpenBrowser extends AsyncDisposable {
  readonly context: BrowserContext
  readonly page: Page
  /** Console errors and uncaught exceptions of the page. */
  readonly errors: string[]
}

/** The tests of a file share a browser process. Each has a context of its own, with its own storage and cookies. */
let launched: Promise<Browser> | undefined
afterAll(async () => (await launched)?.close())

export async function openBrowser(): Promise<OpenBrowser> {
  launched ??= chromium.launch({ executablePath: PATH, args: ARGUMENTS.split(' ') })
  const browser = await launched
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce' })
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  const page = await context.newPage()
  const errors: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text())
  })
  page.on('pageerror', (error) => errors.push(error.message))
  page.setDefaultTimeout(15_000)
  return { context, page, errors, [Symbol.asyncDispose]: () => context.close() }
}
