import { describe, expect, test } from 'vitest'
import { COMMON_PASSWORDS } from './common-passwords.ts'
import { passwordProblem } from './password-problem.ts'
import { Register } from './schemas.ts'

const NAMES = ['mara.lind', 'Northwind AI']

describe('a password is refused', () => {
  test.each([...COMMON_PASSWORDS].filter((_, index) => index % 10 === 0))(
    'if it is a common one: %s, in any case, or with spaces inserted',
    (password) => {
      for (const form of [password, password.toUpperCase(), password.replaceAll(/(.{4})/g, '$1 ')])
        expect(passwordProblem(form, NAMES)).toMatch(/^This password .*Choose another\./)
    },
  )

  test.each([
    ['aaaaaaaaaaaa', 'repeats'],
    ['abababababab', 'repeats'],
    ['a1a1a1a1a1a1a1', 'repeats'],
    ['zebra zebra zebra', 'repeats'],
    ['            ', 'repeats'],
    ['qwertyuiop[]', 'neighboring'],
    ['abcdefghijklmn', 'neighboring'],
    ['098765432109', 'neighboring'],
    ['poiuytrewq4321', 'neighboring'],
    ['qwertasdfgzx', 'neighboring'],
    ['Password2026!', 'common words'],
    ['P@ssw0rd1234', 'common words'],
    ['Welcome-2026-admin', 'common words'],
    ['adminadminadmin', 'repeats'],
    ['Summer2026!!!!', 'common words'],
    ['SentinelMesh1!', 'common words'],
    ['letmein12345678', 'common words'],
    ['mara.lind.2026', 'username or the organization'],
    ['MaraLind!!!!!', 'username or the organization'],
    ['northwindai123', 'username or the organization'],
    ['N0rthw1ndAI-26', 'username or the organization'],
  ])('%j: it %s', (password, why) => {
    expect(passwordProblem(password, NAMES)).toContain(why)
  })
})

test.each([
  'correct horse battery staple',
  'kite orchard velvet 71',
  'Xk9#mPq2$vLr',
  '839201748263',
  'my summer at the lake house',
  'northwind orchard velvet',
  'пароль из четырёх слов',
  '長い秘密の言葉をここに書く',
  'é'.repeat(4) + ' ünder blåbær',
])('%j is accepted', (password) => {
  expect(passwordProblem(password, NAMES)).toBeNull()
})

test('names of one or two characters exclude no password', () => {
  expect(passwordProblem('a good orchard velvet', ['a', 'or'])).toBeNull()
})

test('the reply names the field and not the password', () => {
  const parsed = Register.safeParse({ username: 'mara', password: 'Password2026!', org: 'Northwind' })
  expect(parsed.error?.issues).toMatchObject([{ path: ['password'], code: 'custom' }])
  expect(JSON.stringify(parsed.error)).not.toContain('Password2026')
})
