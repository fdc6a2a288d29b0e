import type { Scene } from './template.ts'

const UPPER = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
const MIXED = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
const DIGITS = '0123456789'

/**
 * Credentials in the formats that redaction must recognize. They are new in each session, contain DEMO, and are valid
 * nowhere. Prefixes are assembled here, so that secret scanners do not report this source.
 */
export const FAKE_SECRETS = {
  aws_key: ({ random }: Scene) => `${['AK', 'IA'].join('')}DEMO${random.text(12, UPPER)}`,
  aws_secret: ({ random }: Scene) => `DEMO${random.text(36, MIXED)}`,
  github_token: ({ random }: Scene) => `${['gh', 'p_'].join('')}DEMO${random.text(32, MIXED)}`,
  slack_token: ({ random }: Scene) =>
    `${['xo', 'xb'].join('')}-${random.text(12, DIGITS)}-${random.text(12, DIGITS)}-DEMO${random.text(20, MIXED)}`,
  database_url: ({ random }: Scene) =>
    `${['post', 'gres'].join('')}://report:DEMO-${random.text(16, DIGITS)}@db.northwind.example:5432/ledger`,
}
