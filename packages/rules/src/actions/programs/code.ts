import type { ProgramRow } from '../program-row.ts'

/** Words that stand near each other in a script. */
export interface CodeRow extends Pick<ProgramRow, 'does'> {
  /** Words that begin the search. All matches are looked at, so it has the flag `g`. */
  readonly around: RegExp
  /** Words that must be near, before or after. The last one shows what the script does. */
  readonly near: readonly RegExp[]
}

/**
 * What scripts do in languages that have no table: with these words near each other, a script connects a shell to the
 * network, whatever the language (MITRE ATT&CK T1059).
 */
export const CODE: readonly CodeRow[] = [
  {
    does: 'network_shell',
    around:
      /\b(?:new )?[sS]ockets?(?:\.|::|\(|\.[Tt]cp)|\bTCPSocket\b|\bTCPServer\b|\bTcpStream\b|\bnet\.(?:Dial|connect|Socket|dial_tcp)|require\(["']net["']\)|\bIO::Socket|\bfsockopen\b|\bSocketChannel\b|\bTcpClient\b|\bTCPClient\b/g,
    near: [
      /\bdup2\b|\bexec\w{0,4}\b|\bspawn\b|\bpopen\b|\bProcess\w{0,12}\b|\bsystem\b|\bcallCommand\b|\bfdopen\b|\bchild_process\b|\bshell_exec\b|\bproc_open\b|\bCommand::new\b|\bstart\b/,
      /\bbin\/(?:ba|da|z|k)?sh\b|\bcmd\.exe\b|\bpowershell(?:\.exe)?\b|["'](?:(?:ba|z)?sh|cmd)["']/,
    ],
  },
  {
    does: 'network_shell',
    around: /\/dev\/(?:tcp|udp)\/[^\s/]{1,100}\/\d/g,
    near: [/\b(?:ba|da|z|k)?sh\s{1,9}-i\b|>&\s{0,9}\/dev\/(?:tcp|udp)\//],
  },
]
