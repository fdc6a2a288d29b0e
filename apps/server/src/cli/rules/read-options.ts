import { readFileSync } from 'node:fs'
import { readPipeline, RuleError, type LogSource, type ReadOptions } from '@sentinelmesh/rules'
import { parse, YAMLError } from 'yaml'
import { CommandFailed } from '@sentinelmesh/command-line/command-failed'
import { LIMITS } from './limits.ts'

/** Command-line options for reading rules. */
export interface ReadFlags {
  readonly placeholders?: string
  readonly pipeline?: string
}

/** Ends the command with exit code 2 if a file is invalid. */
export function readOptions({ placeholders, pipeline }: ReadFlags): ReadOptions {
  return {
    ...(placeholders === undefined ? {} : { placeholders: readPlaceholders(placeholders) }),
    ...(pipeline === undefined ? {} : { pipeline: pipelineAt(pipeline) }),
  }
}

function pipelineAt(file: string): ReturnType<typeof readPipeline> {
  try {
    return readPipeline(textOf(file))
  } catch (error) {
    if (!(error instanceof RuleError)) throw error
    const { line, column } = error.range
    throw new CommandFailed(`${file}:${line}:${column} ${error.message}`, 2)
  }
}

/** Maps each placeholder's name, without the percent signs, to its alternative values. */
function readPlaceholders(file: string): ReadonlyMap<string, readonly string[]> {
  const refused = (why: string) =>
    new CommandFailed(`${file}: ${why} Placeholders are a map from names to a text or a list of texts.`, 2)
  const read = (): unknown => {
    try {
      return parse(textOf(file), { schema: 'core', maxAliasCount: 100 })
    } catch (error) {
      if (error instanceof YAMLError) throw refused(`${error.message.split('\n', 1).join().replace(/:$/, '')}.`)
      // The YAML library throws this if aliases would expand too much.
      if (error instanceof ReferenceError) throw refused('Its aliases stand for too much, or for nothing.')
      throw error
    }
  }
  const value = read()
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw refused('This is no map.')
  return new Map(
    Object.entries(value).map(([name, given]: [string, unknown]) => {
      const texts = (Array.isArray(given) ? given : [given]) as readonly unknown[]
      return [
        name,
        texts.map((text) => {
          if (typeof text !== 'string' && typeof text !== 'number') throw refused(`"${name}" is neither.`)
          return String(text)
        }),
      ]
    }),
  )
}

function textOf(file: string): string {
  try {
    const bytes = readFileSync(file)
    if (bytes.length > LIMITS.ruleFileBytes)
      throw new CommandFailed(`${file} has more than ${LIMITS.ruleFileBytes} bytes (ruleFileBytes).`, 2)
    return new TextDecoder().decode(bytes)
  } catch (error) {
    if (error instanceof CommandFailed) throw error
    throw new CommandFailed(`${file} cannot be read. Is the name right?`, 2)
  }
}

export const LOG_SOURCE_KEYS = ['product', 'category', 'service'] as const

/** Parses a log source such as `product=windows,category=process_creation`. */
export function parseLogSource(text: string): LogSource {
  return Object.fromEntries(logSourcePairs('--logsource', text))
}

/** Parses `product=…,category=…,service=…` as the value of `option`. */
export function logSourcePairs(option: string, text: string): (readonly [keyof LogSource, string])[] {
  return text.split(',').map((pair) => {
    const [key = '', ...rest] = pair.split('=')
    const known = LOG_SOURCE_KEYS.find((one) => one === key.trim())
    const value = rest.join('=').trim()
    if (known === undefined || value === '')
      throw new CommandFailed(
        `${option} is written as product=…,category=…,service=…, one or more of them; "${pair}" is none.`,
        2,
      )
    return [known, value]
  })
}
