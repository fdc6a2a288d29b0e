import { expect, test } from 'vitest'
import { maskedNote } from './masked-note.ts'

test('the note counts masked values in words, singular and plural', () => {
  expect(maskedNote('github_token', 1)).toBe('1 GitHub token was masked before storage.')
  expect(maskedNote('aws_access_key', 2)).toBe('2 AWS access keys were masked before storage.')
  expect(maskedNote('password_in_url', 3)).toBe('3 passwords in URLs were masked before storage.')
  expect(maskedNote('slack_webhook', 1)).toBe('1 Slack webhook was masked before storage.')
})
