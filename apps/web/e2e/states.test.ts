import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { createServer } from 'vite'
import { describe, expect, test } from 'vitest'
import { violationsOf } from './accessible.ts'
import { noBrowser, openBrowser, withoutBrowser } from './browser.ts'

const page = new URL('./states/states.tsx', import.meta.url)

describe.skipIf(noBrowser)('components', withoutBrowser, () => {
  test('axe finds nothing in any state of any component, in light, dark and forced colors', async () => {
    const server = await createServer({
      root: new URL('.', page).pathname,
      configFile: false,
      logLevel: 'silent',
      plugins: [react(), tailwindcss()],
      server: { port: 0, host: '127.0.0.1', fs: { strict: false } },
    })
    await server.listen()
    try {
      await using browser = await openBrowser()
      const { page: shown, errors } = browser
      await shown.goto(server.resolvedUrls?.local[0] ?? '', { timeout: 60_000 })
      await shown.locator('canvas').waitFor({ timeout: 60_000 })
      for (const media of [{ colorScheme: 'light' }, { colorScheme: 'dark' }, { forcedColors: 'active' }] as const) {
        await shown.emulateMedia({ ...media, reducedMotion: 'reduce' })
        await shown.waitForTimeout(300)
        const violations = await violationsOf(shown)
        const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join('; ')}`)
        expect({ media, found }).toEqual({ media, found: [] })
      }
      expect(errors).toEqual([])
    } finally {
      await server.close()
    }
  })
})
