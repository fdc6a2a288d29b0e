import type { EntryDetail } from '@sentinelmesh/api'
import { expect, test } from 'vitest'
import { entryViews } from './entry-views.ts'
import { viewWords } from '../../../components/entry/view-words.ts'

const aCommand = (payload: string) =>
  ({
    sender: 'agent.codex',
    receiver: 'tool.shell',
    kind: 'tool_call',
    session: null,
    context: 'shell_command',
    payload,
    payload_type: 'text',
    attributes: { 'tool.name': 'shell', cwd: '/srv' },
    logsource: { product: 'ai_agent', category: 'tool_call', service: 'codex' },
  }) as unknown as EntryDetail

test('the summary of a view is its most telling value', () => {
  const { texts, incomplete } = entryViews(aCommand('cat notes.txt > copy.txt; curl http://a.example/x'))
  expect(Object.fromEntries(texts)).toEqual({
    'process_creation[0]': 'bash -c cat notes.txt > copy.txt; curl http://a.example/x',
    'process_creation[1]': 'cat notes.txt',
    'process_creation[2]': 'curl http://a.example/x',
    'file_event[0]': '/srv/copy.txt',
    'proxy[0]': 'http://a.example/x',
    'dns_query[0]': 'a.example',
    'action[0]': 'cat notes.txt copy.txt',
    'action[1]': 'curl http://a.example/x',
    'script[0]': 'cat notes.txt copy.txt\ncurl http://a.example/x',
  })
  expect(incomplete).toBeNull()
  expect(entryViews(aCommand(`echo ${'x'.repeat(200)}`)).texts.get('process_creation[1]')).toBe(
    `echo ${'x'.repeat(75)}…`,
  )
})

test('an incomplete view has an explanation', () => {
  expect(entryViews(aCommand('echo "open')).incomplete).toMatch(
    /a quote or bracket is not closed\. Rules still see the whole/,
  )
  expect(entryViews(aCommand('true;'.repeat(1_000))).incomplete).toMatch(/more programs/)
})

test('a view is named after its log source', () => {
  expect(viewWords('process_creation[12]')).toBe('process creation')
})
