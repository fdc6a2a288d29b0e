import { existsSync } from 'node:fs'
import { readClientConfig } from '@sentinelmesh/command-line/addresses'
import { readConfig } from '../../config.ts'
import { CommandFailed } from '@sentinelmesh/command-line/command-failed'
import { connect } from '../connect.ts'
import { printJson } from '@sentinelmesh/command-line/print'
import { examine, type Finding } from './checks.ts'

interface Options {
  readonly org?: string
  readonly json?: boolean
}

const MARKS: Record<Finding['state'], string> = { ok: 'ok     ', failed: 'FAILED ', skipped: 'skipped' }

/** A server that takes longer is useless to an agent. */
const ANSWER_MS = 10_000

/** Tests the path of an agent's entries from this machine step by step, and reports where it fails. */
export async function doctor({ org, json }: Options): Promise<void> {
  demandSomething()
  await using connection = await connect(org)
  const findings: Finding[] = []
  for await (const finding of examine({ ...connection, now: () => Date.now(), answerMs: ANSWER_MS })) {
    findings.push(finding)
    if (!json) process.stdout.write(`${MARKS[finding.state]}  ${finding.check}: ${finding.say}\n`)
  }
  if (json) printJson(findings)
  const failed = findings.filter(({ state }) => state === 'failed').length
  if (failed > 0) throw new CommandFailed(failed === 1 ? 'One check failed.' : `${failed} checks failed.`)
}

/** Without this, the command would create and examine an empty data folder on a machine that only has agents. */
function demandSomething(): void {
  if (readClientConfig(process.env) !== null) return
  const { databaseFile } = readConfig(process.env)
  if (existsSync(databaseFile)) return
  throw new CommandFailed(
    `There is no server to examine: set SENTINELMESH_URL and SENTINELMESH_API_KEY. Without them it would be the data folder, and there is no ${databaseFile}.`,
    2,
  )
}
