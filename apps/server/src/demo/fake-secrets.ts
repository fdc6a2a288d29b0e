import type { Random } from './random.ts'

const UPPER = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
const MIXED = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
const LOWER_HEX = '0123456789abcdef'

/**
 * Credentials in the formats that redaction must know, drawn anew for each session and valid nowhere: all say DEMO.
 * Prefixes are put together here so that no scanner of source texts takes one for a leak.
 */
export function fakeSecrets(random: Random) {
  const from = (prefix: readonly string[], length: number, alphabet: string) =>
    `${prefix.join('')}${random.text(length, alphabet)}`
  return {
    awsKeyId: () => from(['AK', 'IA', 'DEMO'], 12, UPPER),
    awsSecret: () => from(['DEMO'], 36, MIXED),
    githubToken: () => from(['gh', 'p_', 'DEMO'], 32, MIXED),
    slackToken: () => `${['xo', 'xb'].join('')}-${random.text(12, '0123456789')}-DEMO${random.text(20, MIXED)}`,
    databaseUrl: () =>
      `${['post', 'gres'].join('')}://report:DEMO-${random.text(16, LOWER_HEX)}@db.northwind.example:5432/ledger`,
  }
}
