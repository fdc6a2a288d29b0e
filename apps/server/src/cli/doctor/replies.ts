import { visible } from '@sentinelmesh/command-line/print'

/** The message of an error reply from REST, tRPC, or OTLP. */
export async function refusalOf(reply: Response): Promise<string> {
  const { detail, error, message } = fieldsOf(await reply.text())
  const candidates = [detail, (error as { message?: unknown } | undefined)?.message, message]
  return visible(candidates.find((one) => typeof one === 'string') ?? `The server answered ${reply.status}.`)
}

/** Empty if the text is not a JSON object. */
export function fieldsOf(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? { ...value } : {}
  } catch {
    return {}
  }
}

interface Report {
  readonly rejected?: readonly { readonly reason?: unknown }[]
}

/** Finds an error inside a reply with status 200: a refused entry of a report, or a refused record of OTLP. */
export function refusedInside(text: string): string | null {
  if (text === '') return null
  // A Protobuf reply is empty unless it reports partial success.
  if (!text.startsWith('{')) return 'The record was refused; the reply to JSON says why.'
  const reply = JSON.parse(text) as Report & {
    readonly result?: { readonly data?: Report }
    readonly partialSuccess?: { readonly errorMessage?: unknown; readonly rejectedLogRecords?: unknown }
  }
  const rejected = (reply.result?.data ?? reply).rejected?.[0]?.reason
  if (rejected !== undefined) return visible(typeof rejected === 'string' ? rejected : JSON.stringify(rejected))
  const { errorMessage, rejectedLogRecords } = reply.partialSuccess ?? {}
  return Number(rejectedLogRecords ?? 0) > 0 ? visible(String(errorMessage)) : null
}
