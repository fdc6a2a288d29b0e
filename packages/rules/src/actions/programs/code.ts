import type { ProgramRow } from '../program-row.ts'

const SHELL = String.raw`(?:\bbin\/(?:ba|da|z|k)?sh\b|\bcmd\.exe\b|\bpowershell(?:\.exe)?\b|["'](?:(?:ba|z)?sh|cmd)["'])`
const SOCKET = String.raw`(?:\b(?:new )?[sS]ockets?(?:\.|::|\(|\.[Tt]cp)|\bTCPSocket\b|\bTCPServer\b|\bTcpStream\b|\bnet\.(?:Dial|connect|Socket|dial_tcp)|require\(["']net["']\)|\bIO::Socket|\bfsockopen\b|\bSocketChannel\b|\bTcpClient\b|\bTCPClient\b)`
const STARTS = String.raw`(?:\bdup2\b|\bexec\w{0,4}\b|\bspawn\b|\bpopen\b|\bProcess\w{0,12}\b|\bsystem\b|\bcallCommand\b|\bfdopen\b|\bchild_process\b|\bshell_exec\b|\bproc_open\b|\bCommand::new\b|\bstart\b)`

/**
 * What scripts do in languages that have no table. A script with these words near each other connects a shell to the
 * network, whatever the language (MITRE ATT&CK T1059).
 */
export const CODE: readonly (ProgramRow & { readonly given: RegExp })[] = [
  {
    programs: '*',
    does: 'network_shell',
    given: new RegExp(
      `${SOCKET}[\\s\\S]{0,1200}?${STARTS}[\\s\\S]{0,400}?${SHELL}|${SHELL}[\\s\\S]{0,1200}?${SOCKET}[\\s\\S]{0,800}?${STARTS}`,
    ),
  },
  {
    programs: '*',
    does: 'network_shell',
    given:
      /\b(?:ba|da|z|k)?sh\s{1,9}-i\b[^\n]{0,80}\/dev\/(?:tcp|udp)\/|>&\s{0,9}\/dev\/(?:tcp|udp)\/[^\s/]{1,100}\/\d/,
  },
]
