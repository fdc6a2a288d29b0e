import { readFile } from 'node:fs/promises'
import type { Locator, Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { expectAccessible } from './accessible.ts'
import { noBrowser, openBrowser, withoutBrowser } from './browser.ts'
import { PASSWORD, startServer, type TestServer } from './server.ts'
import { setUp } from './set-up.ts'

/** Matches only one rule. As a tool call, it would also match rules about programs. */
const CREDENTIALS = {
  sender: 'agent.research',
  receiver: 'tool.shell',
  kind: 'message',
  session: 's-1',
  payload: { name: 'shell', arguments: { command: 'cat ~/.aws/credentials' } },
}
const report = (text: string) => ({ sender: 'agent.books', kind: 'tool_call', payload: text })

function ownRule(modifier = 'contains', more = ''): string {
  return `title: Report leaves
id: own-report
status: stable
level: high
logsource:
  product: ai_agent
detection:
  selection:
    payload|${modifier}: 'quarterly report'
  condition: selection
falsepositives:
  - The board
${more}`
}

/** Letters a and b from a linear congruential generator. Text without a short period makes automata large. */
function noise(length: number): string {
  let state = 1
  return Array.from({ length }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return state & 0x1_00_00 ? 'a' : 'b'
  }).join('')
}

/** Expressions with a new state for each position of a text of a and b, which is far too expensive for a rule. */
const EXPENSIVE_EXPRESSIONS = Array.from({ length: 8 }, (_, index) => `'[ab]*a[ab]{${300 + index}}c'`).join(', ')

const editor = (page: Page): Locator => page.getByRole('textbox', { name: 'Rule as YAML' })

async function write(page: Page, text: string): Promise<void> {
  await editor(page).click()
  await page.keyboard.press('Control+a')
  await page.keyboard.insertText(text)
}

async function openRules(page: Page, server: TestServer, slug: string, search = ''): Promise<void> {
  await page.goto(`${server.url}/o/${slug}/rules${search}`)
  await page.getByRole('grid', { name: 'Rules' }).or(page.getByText('No matching rules')).waitFor()
}

async function saveNew(
  page: Page,
  server: TestServer,
  slug: string,
  text = ownRule(),
  checked: string | RegExp = 'Valid Sigma',
): Promise<void> {
  await openRules(page, server, slug, '?tab=new')
  await write(page, text)
  await page.getByText(checked).first().waitFor()
  await page.getByRole('button', { name: 'Save and turn on' }).click()
  await page.getByText('Saved and turned on').waitFor()
}

async function signInAs(page: Page, server: TestServer, username: string, path: string): Promise<void> {
  await page.context().clearCookies()
  await page.goto(`${server.url}${path}`)
  await page.getByLabel('Username').fill(username)
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

describe.skipIf(noBrowser)('a custom rule', withoutBrowser, () => {
  test('is marked where it is wrong, fixed with a click, and applied to entries until it is turned off', async () => {
    await using server = await startServer()
    await using browser = await openBrowser()
    const { page, errors } = browser
    const { key, slug } = await setUp(page, server)
    await openRules(page, server, slug)
    await page.keyboard.press('n')
    await write(page, ownRule('containz'))
    const problems = page.getByRole('region', { name: 'Problems' })
    await problems.getByText('There is no modifier "containz".').waitFor()
    const save = page.getByRole('button', { name: 'Save and turn on' })
    expect(await save.isDisabled()).toBe(true)
    await problems.getByRole('button', { name: 'Use payload|contains' }).click()
    await problems.getByText('Valid Sigma').waitFor()
    expect(await editor(page).innerText()).toContain("payload|contains: 'quarterly report'")

    await page.getByLabel('Entry to try the rule on').fill('the Quarterly Report of spring')
    await page.keyboard.press('Control+Enter')
    await page.getByTestId('verdict').getByText('Matches: high, 70 points').waitFor()

    await page.keyboard.press('Control+s')
    await page.getByText('Saved and turned on').waitFor()
    await page.waitForURL(/rule=own-report/)
    const first = await server.report(key, [report('the quarterly report')])
    expect(first.results[0]?.risk).toBe(70)

    await page.getByRole('switch', { name: 'Rule own-report is on' }).click()
    await page.getByText('It no longer applies to entries').waitFor()
    const second = await server.report(key, [report('the quarterly report')])
    expect(second.results[0]?.risk).toBe(0)

    await page.getByRole('switch').click()
    await page.getByText('On. It applies from the next entry on').waitFor()
    await page.getByRole('tab', { name: 'Settings' }).click()
    await page.getByLabel('Points, 0–100').fill('35')
    await page.getByRole('button', { name: 'Apply' }).click()
    await page.getByText('This organization uses high, 35 points.').waitFor()
    const third = await server.report(key, [report('the quarterly report')])
    expect(third.results[0]?.risk).toBe(35)
    expect(errors).toEqual([])
  })

  test('that another user changed is not overwritten silently, and the draft survives a reload', async () => {
    await using server = await startServer()
    await using browser = await openBrowser()
    const { page, context, errors } = browser
    const { slug } = await setUp(page, server)
    await saveNew(page, server, slug)
    await write(page, ownRule('contains', 'tags:\n  - mine.first\n'))
    await page.getByText('unsaved changes').first().waitFor()
    await page.reload()
    await page.getByText('unsaved changes').first().waitFor()
    expect(await editor(page).innerText()).toContain('mine.first')

    const other = await context.newPage()
    await openRules(other, server, slug, '?rule=own-report')
    await write(other, ownRule('contains', 'tags:\n  - theirs.first\n'))
    await other.getByText('Valid Sigma').waitFor()
    await other.keyboard.press('Control+s')
    await other.getByText('Saved. It applies from the next entry on').waitFor()

    await page.getByText('Valid Sigma').waitFor()
    await page.keyboard.press('Control+s')
    await page.getByText('saved another version').waitFor()
    expect(await editor(page).innerText()).toContain('mine.first')
    expect(await page.getByRole('button', { name: /^Save/ }).isDisabled()).toBe(true)
    await page.getByRole('button', { name: 'Keep mine' }).click()
    await page.keyboard.press('Control+s')
    await page.getByText('Saved. It applies from the next entry on').waitFor()
    await page.reload()
    await page.getByText('mine.first').waitFor()
    // The conflict got a 409, which the browser logs as an error.
    expect(errors.filter((error) => !error.includes('409'))).toEqual([])
  })

  test('that is a correlation can name rules of the organization, and an unknown rule is marked', async () => {
    await using server = await startServer()
    await using browser = await openBrowser()
    const { page, errors } = browser
    const { slug } = await setUp(page, server)
    const correlation = (rule: string) => `title: Credentials read often
id: own-often
status: stable
level: high
correlation:
  type: event_count
  rules:
    - ${rule}
  group-by:
    - sender
  timespan: 10m
  condition:
    gte: 5
falsepositives:
  - Backups
`
    await openRules(page, server, slug, '?tab=new')
    await write(page, correlation('sm-nobody-001'))
    const problems = page.getByRole('region', { name: 'Problems' })
    await problems.getByText(/sm-nobody-001/).waitFor()
    await write(page, correlation('sm-cred-001'))
    await problems.getByText('Valid Sigma').waitFor()
    await page.getByRole('button', { name: 'Save and turn on' }).click()
    await page.getByText('Correlations do not run on new entries yet.').waitFor()
    const row = page.getByRole('row').filter({ hasText: 'Not run' })
    // The number of matches is unknown, not zero.
    expect(await row.getByRole('gridcell').last().innerText()).toBe('—')
    await page
      .getByLabel('Entry to try the rule on')
      .fill(JSON.stringify({ kind: 'prompt', payload: 'cat ~/.aws/credentials' }))
    await page.getByRole('button', { name: /^Try/ }).click()
    await page.getByText('A correlation needs several entries.').waitFor()
    await page.getByTestId('verdict').getByText('Credentials file read: Matches: high, 70 points').waitFor()
    await page.getByLabel('Entry to try the rule on').fill('cat ~/.ssh/config')
    await page.getByText('This result is from before your last change.').waitFor()
    expect(errors).toEqual([])
  })

  test('of 200,000 characters opens, is checked, and can be edited', async () => {
    await using server = await startServer()
    await using browser = await openBrowser()
    const { page } = browser
    const { slug } = await setUp(page, server)
    const values = Array.from({ length: 8_000 }, (_, at) => `      - value-number-${at}`).join('\n')
    const long = ownRule().replace("payload|contains: 'quarterly report'", `payload|contains:\n${values}`)
    expect(long.length).toBeGreaterThan(200_000)
    await saveNew(page, server, slug, long)
    await editor(page).click()
    await page.keyboard.press('Control+Home')
    await page.keyboard.type('# seen\n')
    await page.getByText('unsaved changes').first().waitFor()
    await page.getByText('Valid Sigma').waitFor()
    expect(await editor(page).innerText()).toMatch(/^# seen\ntitle: Report leaves/)
    await page.keyboard.press('Control+s')
    await page.getByText('Saved. It applies from the next entry on').waitFor()
    // Edits can still be undone after saving.
    for (let step = 0; step < 3; step++) await page.keyboard.press('Control+z')
    await page.getByText('unsaved changes').first().waitFor()
    expect(await editor(page).innerText()).toMatch(/^title: Report leaves/)
  })
})

describe.skipIf(noBrowser)('a changed rule', withoutBrowser, () => {
  test('keeps its versions, and an older one can be edited unless there are unsaved changes', async () => {
    await using server = await startServer()
    await using browser = await openBrowser()
    const { page, errors } = browser
    const { key, slug } = await setUp(page, server)
    await saveNew(page, server, slug)
    await server.report(key, [report('the quarterly report')])
    await write(page, ownRule().replace('quarterly', 'annual'))
    await page.getByText('Valid Sigma').waitFor()
    await page.keyboard.press('Control+s')
    await page.getByText('Saved. It applies from the next entry on').waitFor()
    await server.report(key, [report('the annual report')])

    await page.goto(`${server.url}/o/${slug}/rules?rule=own-report&tab=versions`)
    await page.getByRole('tab', { name: 'Versions 2' }).waitFor()
    await page.getByRole('button', { name: 'Show' }).click()
    await page.getByLabel('Text of this version').getByText('quarterly report').waitFor()
    await expectAccessible(page, 'an older version')
    await page.getByRole('button', { name: 'Restore this version' }).click()
    await page.getByText('unsaved changes').first().waitFor()
    expect(await editor(page).innerText()).toContain("'quarterly report'")
    await page.getByRole('tab', { name: 'Versions 2' }).click()
    await page.getByRole('button', { name: 'Show' }).click()
    await page.getByText('Save or discard your changes first.').waitFor()
    expect(await page.getByRole('button', { name: 'Restore this version' }).isDisabled()).toBe(true)
    expect(errors).toEqual([])
  })

  test('that is too expensive is quarantined, and applies again once it is fixed and released', async () => {
    await using server = await startServer()
    await using browser = await openBrowser()
    const { page, errors } = browser
    const { key, slug } = await setUp(page, server)
    const expensive = ownRule('re').replace("'quarterly report'", `[${EXPENSIVE_EXPRESSIONS}]`)
    // Each expression causes a warning, but the rule can be saved.
    await saveNew(page, server, slug, expensive, /\d+ warnings?/)
    await server.report(key, [report(noise(20_000))])
    await openRules(page, server, slug, '?rule=own-report')
    // The page may load before the rule has been measured. It refreshes automatically.
    await page.getByText('It does not apply to entries.').waitFor({ timeout: 60_000 })
    await page.getByText('(ruleSteps)').waitFor()
    await page.getByRole('row').filter({ hasText: 'Quarantined' }).waitFor()
    await expectAccessible(page, 'a rule in quarantine')

    await write(page, ownRule())
    await page.getByText('Valid Sigma').waitFor()
    await page.keyboard.press('Control+s')
    await page.getByText('It stays in quarantine until you release it').waitFor()
    await page.getByRole('button', { name: 'Release' }).click()
    await page.getByText('Released.').waitFor()
    const { results } = await server.report(key, [report('the quarterly report')])
    expect(results[0]?.risk).toBe(70)
    expect(errors).toEqual([])
  })
})

describe.skipIf(noBrowser)('a built-in rule', withoutBrowser, () => {
  test('cannot be edited, shows why it matches a stored entry, and can be copied to a new rule', async () => {
    await using server = await startServer()
    await using browser = await openBrowser()
    const { page, errors } = browser
    const { key, slug } = await setUp(page, server)
    const { results } = await server.report(key, [CREDENTIALS])
    await openRules(page, server, slug, '?rule=sm-cred-001')
    await editor(page).click()
    await page.keyboard.type('x')
    expect(await editor(page).innerText()).toMatch(/^title: Credentials file read/)

    await page.getByLabel('Entry to try the rule on').fill(results[0]?.log_id ?? '')
    await page.getByRole('button', { name: /^Try/ }).click()
    const outcome = page.getByRole('region', { name: 'Result' })
    await outcome.getByText('Matches: high, 70 points').waitFor()
    await outcome.locator('mark').getByText('~/.aws/credentials').first().waitFor()
    await page.getByLabel('Entry to try the rule on').fill('nothing of that sort')
    await page.getByRole('button', { name: /^Try/ }).click()
    await outcome.getByTestId('verdict').getByText('Does not match').waitFor()

    await page.getByRole('button', { name: 'Copy to new rule' }).click()
    await page.getByRole('heading', { name: 'New rule' }).waitFor()
    expect(await editor(page).innerText()).toContain('title: Credentials file read (own)')
    expect(errors).toEqual([])
  })
})

describe.skipIf(noBrowser)('a filter from a match in the Logs panel', withoutBrowser, () => {
  test('previews what it would have suppressed, and the next match is stored but adds no risk', async () => {
    await using server = await startServer()
    await using browser = await openBrowser()
    const { page, errors } = browser
    const { key, slug } = await setUp(page, server)
    await server.report(key, [CREDENTIALS, { ...CREDENTIALS, sender: 'agent.other' }])
    await page.goto(`${server.url}/o/${slug}/logs?range=7d&q=sender%3Aagent.research`)
    await page.getByRole('row').filter({ hasText: 'aws' }).click()
    const matched = page.getByRole('region', { name: 'What matched' })
    await matched.getByText('payload|re|i').first().waitFor()
    await matched
      .getByRole('button', { name: /^Go to characters/ })
      .first()
      .click()
    const focused = await page.evaluate(() => document.activeElement?.textContent ?? '')
    // The first place is the whole command. It has its own mark only where no other place overlaps it.
    expect(focused).toBe('cat ')
    expect((await page.getByTestId('payload').locator('mark').allTextContents()).join('')).toBe(
      'cat ~/.aws/credentials',
    )
    expect(await page.evaluate(() => document.documentElement.scrollHeight - window.innerHeight)).toBe(0)

    await matched.getByRole('button', { name: /^Suppress… \(Credentials file read\)/ }).click()
    await page.getByRole('menuitem', { name: /^Suppress for this sender/ }).click()
    await page.getByTestId('preview').getByText('It would have suppressed 1 of 2 matches').waitFor()
    await expectAccessible(page, 'dialog of a filter')
    await page.getByRole('button', { name: 'Add filter' }).click()
    await page.getByText('Filter added').waitFor()

    const after = await server.report(key, [CREDENTIALS, { ...CREDENTIALS, sender: 'agent.other' }])
    expect(after.results.map(({ risk }) => risk)).toEqual([0, 70])
    await page.goto(`${server.url}/o/${slug}/logs?range=7d&log=${after.results[0]?.log_id ?? ''}`)
    await matched.getByText('adds no risk').waitFor()
    await matched.getByText('suppressed by the filter').waitFor()
    await page.getByText('No match counts, so the risk is 0.').waitFor()
    await expectAccessible(page, 'an entry with a suppressed match')
    await page.goto(`${server.url}/o/${slug}/rules?rule=sm-cred-001&tab=filters`)
    await page.getByRole('tab', { name: 'Filters 1' }).waitFor()
    await page.getByRole('button', { name: /^Remove the filter/ }).click()
    await page.getByText('No filter applies to this rule.').waitFor()
    expect(errors).toEqual([])
  })
})

describe.skipIf(noBrowser)('the keyboard alone', withoutBrowser, () => {
  test('opens a menu, its dialog, and a dialog of the page, and closing them restores the focus', async () => {
    await using server = await startServer()
    await using browser = await openBrowser()
    const { page, errors } = browser
    const { key, slug } = await setUp(page, server)
    const { results } = await server.report(key, [CREDENTIALS])
    // Excludes the page itself, which contains every text.
    const focused = (name: string) =>
      page.locator('button:focus, [role=menuitem]:focus').filter({ hasText: name }).waitFor()

    await page.goto(`${server.url}/o/${slug}/logs?range=7d&log=${results[0]?.log_id ?? ''}`)
    await page.getByRole('button', { name: /^Suppress… \(Credentials file read\)/ }).focus()
    await page.keyboard.press('Enter')
    await focused('Suppress for this sender')
    await page.keyboard.press('Escape')
    await page.getByRole('menu').waitFor({ state: 'detached' })
    await focused('Suppress…')
    await page.keyboard.press('Enter')
    await focused('Suppress for this sender')
    await page.keyboard.press('Enter')
    await page.getByTestId('preview').waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await focused('Suppress…')

    await openRules(page, server, slug)
    await page.getByRole('button', { name: 'Import Sigma' }).focus()
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').waitFor()
    await page.keyboard.press('Escape')
    await focused('Import Sigma')
    await page.keyboard.press('n')
    await page.getByRole('heading', { name: 'New rule' }).waitFor()
    await editor(page).waitFor()
    await page.keyboard.press('Control+a')
    await page.keyboard.insertText(ownRule())
    await page.getByText('Valid Sigma').waitFor()
    await page.keyboard.press('Control+s')
    await page.getByText('Saved and turned on').waitFor()
    expect(errors).toEqual([])
  })
})

describe.skipIf(noBrowser)('importing and exporting', withoutBrowser, () => {
  test('a dry run lists documents to load and errors, and an owner confirms filters for other rules', async () => {
    await using server = await startServer()
    await using browser = await openBrowser()
    const { page, errors } = browser
    const { slug } = await setUp(page, server)
    await openRules(page, server, slug)
    await page.getByRole('button', { name: 'Import Sigma' }).click()
    const filter = `title: Not the demo
id: not-demo
logsource:
  product: ai_agent
filter:
  rules:
    - sm-cred-001
  selection:
    sender: agent.demo
  condition: not selection
`
    await page.getByLabel('Files to import').setInputFiles([
      { name: 'good.yml', mimeType: 'application/yaml', buffer: Buffer.from(ownRule()) },
      {
        name: 'bad.yml',
        mimeType: 'application/yaml',
        buffer: Buffer.from(ownRule('containz').replace('own-report', 'bad-report')),
      },
      { name: 'filter.yml', mimeType: 'application/yaml', buffer: Buffer.from(filter) },
      { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('no rule') },
    ])
    const found = page.getByTestId('report')
    await found.getByText('2 documents would load').waitFor()
    await found.getByText('bad.yml:9').waitFor()
    await found.getByText(/There is no modifier "containz"/).waitFor()
    await page.getByText('1 of 4 files is not YAML').waitFor()
    await expectAccessible(page, 'import, dry run')
    await page.getByRole('button', { name: 'Import 2 documents' }).click()
    await found.getByText('2 documents loaded').waitFor()
    await page.getByRole('button', { name: 'Confirm 1 filter' }).click()
    await page.getByText('Confirmed 1 filter').waitFor()
    await page.getByRole('button', { name: 'Done' }).click()
    await page.getByLabel('State or origin').selectOption({ label: 'Imported' })
    await page.getByRole('row').filter({ hasText: 'Report leaves' }).waitFor()
    await page.getByText(/^2 of \d+$/).waitFor()

    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Export' }).click(),
    ])
    expect(await readFile(await download.path(), 'utf8')).toContain('title: Report leaves')
    expect(errors).toEqual([])
  })
})

describe.skipIf(noBrowser)('dropped files', withoutBrowser, () => {
  test('are read like selected ones, and existing documents are distinguished from new ones', async () => {
    await using server = await startServer()
    await using browser = await openBrowser()
    const { page, errors } = browser
    const { slug } = await setUp(page, server)
    await saveNew(page, server, slug)
    await page.getByRole('button', { name: 'Import Sigma' }).click()
    const dropped = await page.evaluateHandle(
      (texts) => {
        const transfer = new DataTransfer()
        texts.forEach((text, at) => transfer.items.add(new File([text], `dropped-${at}.yml`)))
        return transfer
      },
      [ownRule(), ownRule().replace('own-report', 'other-report')],
    )
    await page.getByTestId('drop').dispatchEvent('drop', { dataTransfer: dropped })
    const found = page.getByTestId('report')
    await found.getByText('1 document would load').waitFor()
    await found.getByText('1 already present').waitFor()
    await found.getByText('dropped-1.yml').waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    expect(errors).toEqual([])
  })
})

describe.skipIf(noBrowser)('a backtest', withoutBrowser, () => {
  test('of a draft counts its matches and the differences from the saved rule', async () => {
    await using server = await startServer()
    await using browser = await openBrowser()
    const { page, errors } = browser
    const { key, slug } = await setUp(page, server)
    await server.report(key, [report('the quarterly report'), report('the annual report'), report('nothing')])
    await saveNew(page, server, slug)
    await write(page, ownRule().replace('quarterly report', ' report'))
    await page.getByText('Valid Sigma').waitFor()
    await page.getByRole('tab', { name: 'Backtest' }).click()
    await page.getByRole('button', { name: 'Run' }).click()
    const panel = page.getByRole('tabpanel', { name: 'Backtest' })
    await panel.getByText('3 entries read').waitFor()
    const figures = await panel.locator('dl > div').allInnerTexts()
    expect(figures.map((figure) => figure.replaceAll('\n', ' '))).toEqual(
      expect.arrayContaining([
        'matches 2',
        'new compared with the saved rule +1',
        'no longer matched 0',
        'unchanged 1',
      ]),
    )
    await panel.locator('canvas').waitFor()
    await expectAccessible(page, 'backtest')
    expect(errors).toEqual([])
  })
})

describe.skipIf(noBrowser)('roles on the Rules page', withoutBrowser, () => {
  test('a viewer reads and tries rules, and is offered no action that would be refused', async () => {
    await using server = await startServer()
    await using browser = await openBrowser()
    const { page, errors } = browser
    const { key, slug } = await setUp(page, server)
    const { results } = await server.report(key, [CREDENTIALS])
    await server.createUser('vera', 'Northwind', 'viewer')
    await signInAs(page, server, 'vera', `/o/${slug}/rules?rule=sm-cred-001`)
    await page.getByText('Owner or admin can change rules.').waitFor()
    expect(await page.getByRole('switch').isDisabled()).toBe(true)
    for (const name of ['New rule', 'Import Sigma', 'Copy to new rule'])
      expect(await page.getByRole('button', { name }).count()).toBe(0)
    await page
      .getByLabel('Entry to try the rule on')
      .fill(JSON.stringify({ kind: 'prompt', payload: 'cat ~/.aws/credentials' }))
    await page.getByRole('button', { name: /^Try/ }).click()
    await page.getByTestId('verdict').getByText('Matches').waitFor()
    await page.getByRole('tab', { name: 'Backtest' }).click()
    await page.getByText('Owner, admin or analyst can run a backtest.').waitFor()
    await page.getByRole('tab', { name: 'Settings' }).click()
    await page.getByText('Owner or admin can change this.').waitFor()
    await page.goto(`${server.url}/o/${slug}/logs?range=7d&log=${results[0]?.log_id ?? ''}`)
    await page.getByText('Owner, admin or analyst can suppress matches with a filter.').waitFor()
    expect(errors).toEqual([])
  })

  test('an analyst adds filters but cannot change rules', async () => {
    await using server = await startServer()
    await using browser = await openBrowser()
    const { page } = browser
    const { slug } = await setUp(page, server)
    await server.createUser('ana', 'Northwind', 'analyst')
    await signInAs(page, server, 'ana', `/o/${slug}/rules?rule=sm-cred-001&tab=filters`)
    await page.getByRole('button', { name: 'Add a filter…' }).click()
    await page.getByLabel('Value').fill('agent.demo')
    await page.getByTestId('preview').waitFor()
    await page.getByRole('button', { name: 'Add filter' }).click()
    await page.getByRole('tab', { name: 'Filters 1' }).waitFor()
    expect(await page.getByRole('button', { name: 'New rule' }).count()).toBe(0)
  })
})

describe.skipIf(noBrowser)('the Rules page', withoutBrowser, () => {
  test('axe finds nothing in its states, the keyboard works, and two steps fit a small screen', async () => {
    await using server = await startServer()
    await using browser = await openBrowser()
    const { page, errors } = browser
    const { key, slug } = await setUp(page, server)
    await server.report(key, [CREDENTIALS])
    await openRules(page, server, slug)
    await expectAccessible(page, 'rules')
    await page.keyboard.press('/')
    await page.keyboard.type('credentials file read')
    await page.keyboard.press('Enter')
    await page.waitForURL(/q=credentials\+file\+read/)
    await page.keyboard.press('ArrowDown')
    await page.locator('[data-rule="sm-cred-001"]:focus').waitFor()
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Credentials file read' }).waitFor()
    await page.getByText('Valid Sigma').waitFor()
    await page
      .getByLabel('Entry to try the rule on')
      .fill(JSON.stringify({ kind: 'prompt', payload: 'cat ~/.aws/credentials' }))
    await page.keyboard.press('Control+Enter')
    await page.getByTestId('verdict').waitFor()
    await expectAccessible(page, 'a rule, tried')
    for (const tab of ['Settings', 'Filters', 'Versions']) {
      await page.getByRole('tab', { name: tab }).click()
      await expectAccessible(page, `a rule, ${tab}`)
    }
    await page.getByLabel('Filter rules').fill('no rule is called like this')
    await page.getByText('No matching rules').waitFor()
    await expectAccessible(page, 'no matching rules')
    await page.getByRole('button', { name: 'Show all rules' }).click()

    await page.setViewportSize({ width: 1000, height: 800 })
    await page.getByRole('button', { name: 'Back to the list' }).click()
    await page.getByRole('row').filter({ hasText: 'sm-cred-001' }).waitFor()
    await page.setViewportSize({ width: 390, height: 844 })
    await page.getByLabel('Filter rules').fill('sm-cred-001')
    await page.getByRole('row').filter({ hasText: 'sm-cred-001' }).click()
    await page.getByText('Use a larger screen to edit.').waitFor()
    await expectAccessible(page, 'a rule, 390 px')
    expect(await page.getByRole('textbox', { name: 'Rule as YAML' }).count()).toBe(0)
    await page.getByRole('switch').click()
    await page.getByText('It no longer applies to entries').waitFor()
    expect(errors).toEqual([])
  })

  test('the arrow key enters the results of the typed search, not of the previous one', async () => {
    await using server = await startServer()
    await using browser = await openBrowser()
    const { page } = browser
    const { slug } = await setUp(page, server)
    await openRules(page, server, slug)
    let answer = () => {}
    const answered = new Promise<void>((resolve) => (answer = resolve))
    await page.route('**/trpc/rules.list*', async (route) => {
      if (decodeURIComponent(route.request().url()).includes('credentials file read')) await answered
      await route.continue()
    })
    await page.keyboard.press('/')
    await page.keyboard.type('credentials')
    await page.getByRole('row').filter({ hasText: 'sm-cmd-003' }).waitFor({ state: 'detached' })
    await page.keyboard.type(' file read')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    answer()
    await page.locator('[data-rule="sm-cred-001"]:focus').waitFor()
    expect(await page.getByText('No rule is open').count()).toBe(1)
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Credentials file read' }).waitFor()
  })

  test('a failed list leaves the open rule in place, and an unknown rule has a way back', async () => {
    await using server = await startServer()
    await using browser = await openBrowser()
    const { page } = browser
    const { slug } = await setUp(page, server)
    await page.route('**/trpc/rules.list*', (route) => route.abort())
    await page.goto(`${server.url}/o/${slug}/rules?rule=sm-cred-001`)
    await page.getByRole('heading', { name: 'Credentials file read' }).waitFor()
    await page.getByText('The rules could not be loaded').waitFor()
    await expectAccessible(page, 'rules that could not be loaded')
    await page.unroute('**/trpc/rules.list*')
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.getByRole('row').filter({ hasText: 'sm-cred-001' }).waitFor()

    await page.setViewportSize({ width: 360, height: 740 })
    await page.goto(`${server.url}/o/${slug}/rules?rule=nobody`)
    await page.getByText('Rule not found').waitFor()
    await page.getByRole('button', { name: 'Back to the list' }).click()
    await page.getByRole('row').first().waitFor()
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360)
  })

  test('the rule that a link names is fully visible in the list', async () => {
    await using server = await startServer()
    await using browser = await openBrowser()
    const { page, errors } = browser
    const { slug } = await setUp(page, server)
    await openRules(page, server, slug, '?sort=title')
    const ids = await page.locator('[data-rule]').evaluateAll((rows) => rows.map((row) => row.dataset['rule'] ?? ''))
    await openRules(page, server, slug, `?sort=title&rule=${ids.at(-1) ?? ''}`)
    await page.waitForFunction((id) => {
      const box = document.querySelector(`[data-rule="${id}"]`)?.getBoundingClientRect()
      return box !== undefined && box.bottom <= window.innerHeight
    }, ids.at(-1))
    for (let step = 0; step < 40; step++) await page.keyboard.press('k')
    await page.waitForFunction(() => document.activeElement?.getAttribute('aria-rowindex') === '2')
    const [head, first] = await Promise.all([
      page.getByRole('columnheader').first().boundingBox(),
      page.getByRole('row').nth(1).boundingBox(),
    ])
    expect(first?.y).toBeGreaterThanOrEqual((head?.y ?? 0) + (head?.height ?? 0))
    expect(errors).toEqual([])
  })

  test('untrusted names stay text: hidden characters are shown, and markup is not interpreted', async () => {
    await using server = await startServer()
    await using browser = await openBrowser()
    const { page, errors } = browser
    const { slug } = await setUp(page, server)
    const title = '"<img src=x onerror=alert(1)> \\u202Egpj"'
    await saveNew(page, server, slug, ownRule().replace('title: Report leaves', `title: ${title}`))
    await page.getByRole('heading', { name: '<img src=x onerror=alert(1)> <U+202E>gpj' }).waitFor()
    expect(await page.locator('img').count()).toBe(0)
    expect(errors).toEqual([])
  })
})
