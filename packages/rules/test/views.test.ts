import { describeShared, sharedLines } from '@sentinelmesh/test-inputs'
import { expect, test } from 'vitest'
import { aCall, eventsOf, fieldsOf } from './view-entries.ts'
import { viewsOf } from '../src/views/index.ts'

interface Case {
  readonly name: string
  readonly source: string
  readonly tool: string
  readonly arguments: unknown
  readonly os?: string
  readonly views: readonly { readonly logsource: object; readonly event: object }[]
}

const cases = sharedLines<Case>('otel/fixtures/sigma-views.cases.jsonl')

describeShared(
  'tool calls and their equivalent events',
  { needs: ['otel/fixtures/sigma-views.cases.jsonl'], tests: 23 },
  () => {
    test.each(cases)('$name', ({ source, tool, arguments: given, os, views }) => {
      const attributes = os === undefined ? {} : { 'os.type': os }
      const entry = aCall(tool, given, { service: source, attributes })
      expect(eventsOf(entry).map((view) => ({ logsource: view.logsource, event: fieldsOf(view) }))).toEqual(
        views.map(({ logsource, event }) => ({ logsource, event: expect.objectContaining(event) })),
      )
      expect(viewsOf(entry).incomplete).toBeNull()
    })
  },
)
