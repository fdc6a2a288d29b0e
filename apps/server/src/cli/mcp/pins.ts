import type { McpPin } from '@sentinelmesh/api'
import { allPages } from '../all-pages.ts'
import { CommandFailed } from '@sentinelmesh/command-line/command-failed'
import { withApi } from '../connect.ts'
import { printJson, printTable, visible } from '@sentinelmesh/command-line/print'

export interface PinsOptions {
  readonly org?: string
  readonly json?: boolean
  readonly waiting?: boolean
  readonly server?: string
}

/** `sentinelmesh mcp pins`: lists all pins. The exit code is 1 if any of them waits for approval. */
export async function listPins({ org, json, waiting, server }: PinsOptions): Promise<void> {
  const only = {
    ...(waiting === true ? { state: 'waiting' as const } : {}),
    ...(server === undefined ? {} : { server }),
  }
  const items = await withApi(org, (trpc) => allPages((offset) => trpc.mcp.pins.query({ ...only, offset })))
  if (json === true) printJson({ items, more: false })
  else if (items.length === 0) {
    const which = server === undefined ? '' : ` of ${visible(server)}`
    const sentence =
      waiting === true ? `Nothing${which} waits to be approved.` : `No definitions${which} are pinned yet.`
    process.stdout.write(`${sentence}\n`)
  } else {
    printTable(['SERVER', 'ID', 'KIND', 'NAME', 'STATE', 'FIRST SEEN', 'HASH'], items.map(toLine))
    for (const pin of items.filter(({ diff }) => diff !== null)) process.stdout.write(`\n${changeOf(pin)}\n`)
  }
  if (items.some(({ state }) => state === 'waiting')) process.exitCode = 1
}

export interface ApproveOptions {
  readonly org?: string
  readonly json?: boolean
  readonly kind: McpPin['kind']
  readonly hash?: string
}

/** `sentinelmesh mcp approve SERVER NAME`. */
export async function approvePin(server: string, name: string | undefined, options: ApproveOptions): Promise<void> {
  const { org, json, kind, hash } = options
  if ((kind === 'instructions') !== (name === undefined))
    throw new CommandFailed('Give the name of the tool or prompt; instructions have none.', 2)
  const pin = await withApi(org, (trpc) =>
    trpc.mcp.approve.mutate({ server, kind, name: name ?? '', ...(hash === undefined ? {} : { hash }) }),
  )
  if (json === true) printJson(pin)
  else process.stdout.write(`Approved ${called(pin)} of ${visible(pin.server)}, ${pin.hash}.\n`)
}

function toLine(pin: McpPin): string[] {
  return [
    visible(pin.server),
    pin.server_id,
    pin.kind,
    visible(pin.name),
    pin.listed ? pin.state : `${pin.state}, gone`,
    pin.first_seen_at,
    pin.hash.slice(0, 12),
  ]
}

function changeOf(pin: McpPin): string {
  const name = pin.kind === 'instructions' ? '' : ` ${visible(JSON.stringify(pin.name))}`
  const flags = pin.kind === 'tool' ? '' : ` --kind ${pin.kind}`
  const lines = (pin.diff ?? '').split('\n').map((line) => `  ${visible(line)}`)
  return [
    `${called(pin)} of ${visible(pin.server)} changed:`,
    ...lines,
    `Approve it with: sentinelmesh mcp approve ${pin.server_id}${name}${flags} --hash ${pin.hash}`,
  ].join('\n')
}

function called({ kind, name }: McpPin): string {
  return kind === 'instructions' ? 'the instructions' : `the ${kind} ${visible(JSON.stringify(name))}`
}
