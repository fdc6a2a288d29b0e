import { expect, test } from 'vitest'
import { expectAccessible } from './accessible.ts'
import { noBrowser, openBrowser, withoutBrowser } from './browser.ts'
import { startServer } from './server.ts'
import { setUp } from './set-up.ts'

const RULE = `title: Shadow file read
id: shadow-read
status: stable
level: high
logsource:
  product: linux
  category: process_creation
detection:
  selection:
    Image|endswith: '/cat'
    CommandLine|contains: '/etc/shadow'
  condition: selection
falsepositives:
  - Back-ups
`
const call = (command: string) => ({
  sender: 'agent.claude-code',
  receiver: 'tool.Bash',
  context: 'shell_command',
  payload: command,
})

test.skipIf(noBrowser)(
  'a match of a process rule names the process, and marks the matched text in the command',
  withoutBrowser,
  async () => {
    await using server = await startServer()
    await using browser = await openBrowser()
    const { page, errors } = browser
    const { key, slug } = await setUp(page, server)
    await page.goto(`${server.url}/o/${slug}/rules?tab=new`)
    await page.getByRole('textbox', { name: 'Rule as YAML' }).click()
    await page.keyboard.press('Control+a')
    await page.keyboard.insertText(RULE)
    await page.getByText('Valid Sigma').waitFor()
    await page.getByRole('button', { name: 'Save and turn on' }).click()
    await page.getByText('Saved and turned on').waitFor()

    const { results } = await server.report(key, [call('ls -l; cat /etc/shadow'), call('cat "/etc/shadow')])
    const [whole, open] = results.map(({ log_id: id }) => id)
    await page.goto(`${server.url}/o/${slug}/logs?log=${whole}`)
    await page.getByText('as process creation: cat /etc/shadow').first().waitFor()
    const marks = page.getByTestId('payload').locator('mark')
    expect(await marks.allTextContents()).toEqual(expect.arrayContaining(['cat', '/etc/shadow']))
    await page.getByRole('button', { name: 'Go to characters 11–22 of payload' }).first().click()
    await expectAccessible(page, 'a match in a view')

    await page.goto(`${server.url}/o/${slug}/logs?log=${open}`)
    await page.getByText('a quote or bracket is not closed').waitFor()
    expect(errors).toEqual([])
  },
)
