import { readdirSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import type { Source } from './log-sources.ts'
import type { BenchEvent } from './events.ts'

/** Reads all rule files in a folder and its subfolders, sorted by name. */
export function recordedRules(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => ['.yml', '.yaml'].includes(extname(file)))
    .sort()
    .map((file) => readFileSync(join(folder, file), 'utf8'))
}

/** Maps Sysmon event IDs to Sigma categories. */
const SYSMON: ReadonlyMap<number, string> = new Map([
  [1, 'process_creation'],
  [2, 'file_change'],
  [3, 'network_connection'],
  [6, 'driver_load'],
  [7, 'image_load'],
  [8, 'create_remote_thread'],
  [9, 'raw_access_thread'],
  [10, 'process_access'],
  [11, 'file_event'],
  [12, 'registry_event'],
  [13, 'registry_set'],
  [15, 'create_stream_hash'],
  [17, 'pipe_created'],
  [18, 'pipe_created'],
  [19, 'wmi_event'],
  [22, 'dns_query'],
  [23, 'file_delete'],
  [26, 'file_delete'],
])

/** Reads one JSON object per line, which is either the event or an object with the event in its `event` property. */
export function recordedEvents(file: string): readonly BenchEvent[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const read = JSON.parse(line) as { event?: unknown }
      const event = (typeof read.event === 'object' && read.event !== null ? read.event : read) as Record<
        string,
        unknown
      >
      return { text: JSON.stringify(event), source: sourceOf(event) }
    })
}

function sourceOf({ Channel, EventID }: Record<string, unknown>): Source | null {
  if (typeof Channel !== 'string') return null
  const category = Channel.startsWith('Microsoft-Windows-Sysmon/') ? SYSMON.get(Number(EventID)) : undefined
  if (category !== undefined) return { product: 'windows', category, service: 'sysmon' }
  return ['Security', 'System', 'Application'].includes(Channel)
    ? { product: 'windows', service: Channel.toLowerCase() }
    : { product: 'windows' }
}
