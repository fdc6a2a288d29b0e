import { HOOK_CLIENTS, isHookClient, type HookClient } from '@sentinelmesh/api/hooks'
import { isFail, isTimeout, timeoutRange, type Fail } from './hook-file.ts'

/** The parsed command line. */
export type Command =
  | { readonly type: 'hook'; readonly client: HookClient; readonly show: boolean; readonly flags: Flags }
  | { readonly type: 'flush' }
  | { readonly type: 'help' }
  | { readonly type: 'wrong'; readonly say: string }

export interface Flags {
  readonly fail?: Fail
  readonly timeoutSeconds?: number
}

export const HELP = `Usage: sentinelmesh-hook <client> [--fail open|closed] [--timeout <seconds>] [--show]
       sentinelmesh-hook flush

Reads what a coding agent's hook gives on standard input, asks the SentinelMesh server for a verdict,
and answers in the agent's own words. Clients: ${HOOK_CLIENTS.join(', ')}.

  --fail       what happens without an answer: open (the call goes on, the default) or closed (it is blocked)
  --timeout    seconds until there has to be an answer (2); keep it under the client's own time-out
  --show       print the server's whole answer as JSON instead
  flush        deliver what waits because the server was away
`

export function readArguments(args: readonly string[]): Command {
  const [name = '', ...rest] = args
  if (name === '' || args.some((argument) => argument === '--help' || argument === '-h')) return { type: 'help' }
  if (name === 'flush') return rest.length === 0 ? { type: 'flush' } : wrong('flush takes nothing else.')
  if (!isHookClient(name))
    return wrong(`${JSON.stringify(name)} is no client. Give one of ${HOOK_CLIENTS.join(', ')}, or flush.`)

  let show = false
  const flags: { fail?: Fail; timeoutSeconds?: number } = {}
  for (let index = 0; index < rest.length; index += 1) {
    const [flag = '', inline] = split(rest[index] ?? '')
    if (flag === '--show') {
      show = true
      continue
    }
    const value = inline ?? rest[(index += 1)] ?? ''
    if (flag === '--fail' && isFail(value)) flags.fail = value
    else if (flag === '--timeout' && isTimeout(Number(value))) flags.timeoutSeconds = Number(value)
    else if (flag === '--fail') return wrong('--fail has to be open or closed.')
    else if (flag === '--timeout') return wrong(`--timeout has to be ${timeoutRange()}.`)
    else return wrong(`${JSON.stringify(flag)} is no option. See sentinelmesh-hook --help.`)
  }
  return { type: 'hook', client: name, show, flags }
}

function split(argument: string): [string, string | undefined] {
  const at = argument.indexOf('=')
  return at < 0 ? [argument, undefined] : [argument.slice(0, at), argument.slice(at + 1)]
}

function wrong(say: string): Command {
  return { type: 'wrong', say }
}
