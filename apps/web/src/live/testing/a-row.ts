import type { Row } from '@sentinelmesh/api'

/** A row at an instant, in milliseconds. */
export function aRow(seq: number, at: number, receivedAt = at): Row {
  return {
    id: `id-${seq}`,
    seq,
    cursor: `s${seq.toString(36)}`,
    timestamp: new Date(at).toISOString(),
    at: new Date(at).toISOString(),
    received_at: new Date(receivedAt).toISOString(),
    sender: 'agent.billing',
    receiver: null,
    kind: 'message',
    kind_assumed: false,
    session: null,
    context: null,
    risk: 0,
    band: 'none',
    snippet: '',
    snippet_marks: [],
    size: 0,
    attributes: null,
    logsource: {},
    matches: [],
    source_id: null,
    reported_by: 'key',
    surface: 'rest',
  }
}
