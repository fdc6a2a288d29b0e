import type { ToolCall } from './tool-call.ts'
import type { System } from '../entry.ts'

const NAMED: ReadonlyMap<string, System> = new Map([
  ['linux', 'linux'],
  ['darwin', 'macos'],
  ['macos', 'macos'],
  ['windows', 'windows'],
  ['win32', 'windows'],
])
const WINDOWS_TOOLS = new Set(['powershell', 'pwsh', 'cmd'])

/** Maps OpenTelemetry's `os.type`, in any case; null for a system without rules. */
export const systemNamed = (name: string): System | null => NAMED.get(name.toLowerCase()) ?? null

/** The system that the tool ran on; null if unknown. */
export function systemOf(call: ToolCall): System | null {
  for (const name of ['os.type', 'host.os', 'os', 'os.name']) {
    const found = systemNamed(call.attribute(name)?.text ?? '')
    if (found !== null) return found
  }
  if (WINDOWS_TOOLS.has(call.name)) return 'windows'
  const paths = [...call.given.filter(({ name }) => PATHS.has(name)).map(({ text }) => text), call.attribute('cwd')]
  for (const path of paths) {
    const found = path === null ? null : systemOfPath(path.text)
    if (found !== null) return found
  }
  return null
}

const PATHS = new Set(
  'path file_path filePath filepath file notebook_path target_file absolute_path cwd workdir dir_path working_directory'.split(
    ' ',
  ),
)

function systemOfPath(path: string): System | null {
  if (/^(?:[A-Za-z]:[\\/]|\\\\)/.test(path)) return 'windows'
  if (/^\/(?:Users|Applications|Library|System|Volumes)\//.test(path)) return 'macos'
  return /^\/(?:home|root|proc|mnt|srv)(?:\/|$)/.test(path) ? 'linux' : null
}

export const agentImage = (system: System, agent: string) =>
  system === 'windows' ? `C:\\Program Files\\${agent}\\${agent}.exe` : `/usr/bin/${agent}`
