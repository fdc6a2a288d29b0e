import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import * as fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { HOOK_CLIENTS, type HookClient } from '@sentinelmesh/api/hooks'
import { install, settingsFile, uninstall, type Installation } from './install.ts'
import { CLIENT_SETTINGS, SCOPES_OF_HOOKS, type HookScope, type Machine } from './snippets.ts'

const folder = mkdtempSync(join(tmpdir(), 'sentinelmesh-hooks-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let machines = 0
function machine(): Machine {
  machines += 1
  const root = join(folder, String(machines))
  for (const name of ['home', 'project']) mkdirSync(join(root, name), { recursive: true })
  const home = join(root, 'home')
  return { root, home, hookHome: home, project: join(root, 'project'), platform: 'linux' }
}

const PROGRAM = ['/usr/bin/node', '/opt/it’s here/sentinelmesh-hook.cjs']
const SETTINGS = { url: 'http://127.0.0.1:8000', key: 'smk_x' }

test('settings are written where the client looks, and the key where the hook program looks', () => {
  const on = { ...machine(), hookHome: join(folder, 'of the password database') }
  expect(
    install({ client: 'claude', scope: 'user', machine: on, dryRun: true, program: PROGRAM, settings: SETTINGS }).join(
      '\n',
    ),
  ).toMatch(/of the password database\/\.config\/sentinelmesh\/hook\.json[\s\S]*\d\/home\/\.claude\/settings\.json/)
})

test('machine-wide settings are where each operating system keeps them', () => {
  const managed = (platform: Machine['platform']) =>
    HOOK_CLIENTS.flatMap((client) => {
      const { file } = CLIENT_SETTINGS[client]
      return file('managed', { ...machine(), root: '/', platform }) ?? []
    })
  expect(managed('linux').every((file) => file.startsWith('/etc/'))).toBe(true)
  expect(managed('darwin')).toContain('/Library/Application Support/GeminiCli/settings.json')
  expect(managed('win32').every((file) => file.startsWith('C:\\'))).toBe(true)
  expect(managed('win32')).toHaveLength(4)
})

const installing = (on: Machine, client: HookClient, more: Partial<Installation> = {}) =>
  install({
    client,
    scope: 'user',
    machine: on,
    dryRun: false,
    program: PROGRAM,
    settings: SETTINGS,
    ...more,
  })

function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
}

test('Claude Code calls a hook before a settings change takes effect, because a change can remove the hooks', () => {
  const on = machine()
  const lines = installing(on, 'claude')
  const { hooks } = JSON.parse(readFileSync(settingsFile('claude', 'user', on), 'utf8')) as { hooks: object }
  expect(Object.keys(hooks)).toContain('ConfigChange')
  expect(lines.at(-1)).toContain('--managed')
  expect(installing(on, 'claude', { scope: 'managed' }).join('\n')).not.toContain('--managed')
})

describe('a machine-wide installation turns on the hooks of Gemini CLI, because a folder could turn them off', () => {
  const managed = (text: string | null) => {
    const on = machine()
    const file = settingsFile('gemini', 'managed', on)
    if (text !== null) write(file, text)
    return { on, file, install: () => installing(on, 'gemini', { scope: 'managed' }) }
  }
  const configOf = (file: string) => (JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>)['hooksConfig']
  const edited = (file: string, edit: (settings: Record<string, unknown>) => object) => {
    const settings = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>
    writeFileSync(file, JSON.stringify(edit(settings), null, 2))
  }
  const uninstalled = (on: Machine, file: string) => {
    uninstall({ client: 'gemini', scope: 'managed', machine: on, dryRun: false })
    return JSON.parse(readFileSync(file, 'utf8')) as unknown
  }

  test.each([
    [null, { enabled: true }],
    ['{"hooksConfig": {"notifications": false}}', { notifications: false, enabled: true }],
    ['{"hooksConfig": {"enabled": true}}', { enabled: true }],
  ])('if the file holds %s', (text, config) => {
    const { on, file, install } = managed(text)
    install()
    expect(configOf(file)).toEqual(config)
    uninstall({ client: 'gemini', scope: 'managed', machine: on, dryRun: false })
    expect(existsSync(file) ? readFileSync(file, 'utf8') : null).toBe(text)
  })

  test('even if the hooks are already installed', () => {
    const { file, install } = managed(null)
    install()
    edited(file, ({ hooks }) => ({ hooks }))
    expect(install().join('\n')).toContain('changed')
    expect(configOf(file)).toEqual({ enabled: true })
    expect(install().join('\n')).toContain('there already')
  })

  test('until the last hook is removed, if others have changed the file since', () => {
    const { on, file, install } = managed(null)
    install()
    edited(file, (settings) => ({ ...settings, theme: 'dark' }))
    expect(uninstalled(on, file)).toEqual({ theme: 'dark' })
  })

  test('and leaves them on if others have hooks there, or had turned them on', () => {
    const others = managed(null)
    others.install()
    const mine = [{ hooks: [{ type: 'command', command: 'mine' }] }]
    edited(others.file, (settings) => ({
      ...settings,
      hooks: { ...(settings['hooks'] as object), Notification: mine },
    }))
    const left = { hooksConfig: { enabled: true }, hooks: { Notification: mine } }
    expect(uninstalled(others.on, others.file)).toEqual(left)

    const said = managed('{"hooksConfig": {"enabled": true}}')
    said.install()
    edited(said.file, (settings) => ({ ...settings, theme: 'dark' }))
    expect(uninstalled(said.on, said.file)).toEqual({ hooksConfig: { enabled: true }, theme: 'dark' })
  })

  test.each([
    [
      '{"hooksConfig": {"enabled": false}}',
      /has hooksConfig\.enabled false, and the hooks need true\. Nothing was changed/,
    ],
    ['{"hooksConfig": [true]}', /has a member hooksConfig that is no object\. Nothing was changed/],
  ])('or fails with the reason: %s', (text, sentence) => {
    const { file, install } = managed(text)
    expect(install).toThrow(sentence)
    expect(readFileSync(file, 'utf8')).toBe(text)
  })

  test('and touches no settings of users', () => {
    const on = machine()
    installing(on, 'gemini')
    expect(configOf(settingsFile('gemini', 'user', on))).toBeUndefined()
  })
})

const filesOf = (on: Machine) =>
  readdirSync(on.root, { recursive: true, encoding: 'utf8' })
    .filter((name) => lstatSync(join(on.root, name)).isFile())
    .toSorted()

const CASES = HOOK_CLIENTS.flatMap((client) => SCOPES_OF_HOOKS.map((scope) => [client, scope] as const)).filter(
  ([client, scope]) => scope !== 'managed' || !['codex', 'vscode'].includes(client),
)

describe.each(CASES)('%s, %s', (client, scope: HookScope) => {
  test('installing twice has the effect of installing once, and uninstalling removes everything', () => {
    const on = machine()
    installing(on, client, { scope })
    const file = settingsFile(client, scope, on)
    const once = readFileSync(file, 'utf8')
    expect(JSON.stringify(JSON.parse(once))).toContain(`${client}`)
    expect(once).toContain('sentinelmesh-hook')
    const files = filesOf(on)

    expect(installing(on, client, { scope }).join()).toContain('there already')
    expect(readFileSync(file, 'utf8')).toBe(once)
    expect(filesOf(on)).toEqual(files)

    uninstall({ client, scope, machine: on, dryRun: false })
    expect(existsSync(file)).toBe(false)
    expect(uninstall({ client, scope, machine: on, dryRun: false })[0]).toContain('no hooks of SentinelMesh')
  })

  test('a dry run changes nothing and shows the changes', () => {
    const on = machine()
    const lines = installing(on, client, { scope, dryRun: true })
    expect(lines.join('\n')).toMatch(/would be changed\.\n(.*\n)*  \+ .*sentinelmesh-hook/)
    expect(filesOf(on)).toEqual([])
  })

  test.each([
    ['with an empty object', '{}'],
    [
      'with other hooks, tabs and an unusual order of members',
      '{\n\t"z": [1, 2],\n\t"hooks": {\n\t\t"Stop": [{"x": 1}]\n\t},\n\t"a": 1.50\n}\n',
    ],
    ['on one line', '{"hooks":{"PreToolUse":[],"preToolUse":[{"bash":"mine"}]},"model":"x"}'],
    ['with empty hooks and no newline at its end', '{\n  "hooks": {}\n}'],
    ['with Windows line endings', '{\r\n  "theme": "dark"\r\n}\r\n'],
    ['with a byte order mark', '\uFEFF{\n  "theme": "dark"\n}\n'],
  ])('after uninstalling, a file %s is byte for byte what it was', (_, text) => {
    const on = machine()
    const file = settingsFile(client, scope, on)
    write(file, text)
    chmodSync(file, 0o640)
    installing(on, client, { scope })
    expect(statSync(file).mode & 0o777).toBe(0o640)
    expect(parsed(readFileSync(file, 'utf8'))).toMatchObject(withoutHooksOf(text))
    // New options replace the earlier ones.
    installing(on, client, { scope, program: ['/usr/bin/node', '/other/sentinelmesh-hook.cjs'] })
    uninstall({ client, scope, machine: on, dryRun: false })
    expect(readFileSync(file, 'utf8')).toBe(text)
    expect(readdirSync(dirname(file))).toEqual([file.slice(dirname(file).length + 1)])
  })
})

function withoutHooksOf(text: string): object {
  const { hooks: _, ...others } = parsed(text)
  return others
}

function parsed(text: string): { hooks?: object } {
  return JSON.parse(text.replace('\uFEFF', '')) as { hooks?: object }
}

describe('content of others in the file is preserved', () => {
  const MINE = { matcher: 'Bash', hooks: [{ type: 'command', command: 'mine' }] }

  test('for hooks added next to ours, and within our group, after the installation', () => {
    const on = machine()
    const file = settingsFile('claude', 'user', on)
    write(file, JSON.stringify({ hooks: { PreToolUse: [MINE] }, model: 'x' }, null, 2))
    installing(on, 'claude')
    const settings = JSON.parse(readFileSync(file, 'utf8')) as { hooks: Record<string, { hooks: object[] }[]> }
    expect(settings.hooks['PreToolUse']?.[0]).toEqual(MINE)
    settings.hooks['PreToolUse']?.[1]?.hooks.push({ type: 'command', command: 'another' })
    settings.hooks['Stop']?.push({ hooks: [{ type: 'command', command: 'third' } as object] })
    writeFileSync(file, JSON.stringify(settings, null, 4))

    uninstall({ client: 'claude', scope: 'user', machine: on, dryRun: false })
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({
      hooks: {
        PreToolUse: [MINE, { hooks: [{ type: 'command', command: 'another' }] }],
        Stop: [{ hooks: [{ type: 'command', command: 'third' }] }],
      },
      model: 'x',
    })
  })

  test('for any JSON: installing changes nothing that is not ours', () => {
    const hooks = fc.dictionary(fc.constantFrom('PreToolUse', 'Stop', '__proto__', 'Else'), fc.array(fc.jsonValue()))
    const file = fc.tuple(fc.dictionary(fc.string(), fc.jsonValue()), fc.option(hooks), fc.constantFrom('', ' ', '\t'))
    fc.assert(
      fc.property(file, ([settings, hooks, indent]) => {
        const on = machine()
        const path = settingsFile('claude', 'user', on)
        const { hooks: _, ...others } = settings
        const text = JSON.stringify(hooks === null ? others : { ...others, hooks }, null, indent)
        write(path, text)
        installing(on, 'claude')
        const installed = JSON.parse(readFileSync(path, 'utf8')) as Record<string, Record<string, unknown[]>>
        for (const [event, items] of Object.entries(installed['hooks'] ?? {}))
          expect(items.filter((item) => !JSON.stringify(item).includes('sentinelmesh-hook'))).toEqual(
            hooks !== null && Object.hasOwn(hooks, event) ? JSON.parse(JSON.stringify(hooks[event])) : [],
          )
        uninstall({ client: 'claude', scope: 'user', machine: on, dryRun: false })
        expect(readFileSync(path, 'utf8')).toBe(text)
        rmSync(on.root, { recursive: true })
      }),
      { seed: 5, numRuns: 100 },
    )
  })

  test.each(['{}', null])('a link to the file stays a link if the file holds %j', (text) => {
    const on = machine()
    const file = settingsFile('claude', 'user', on)
    const real = join(on.root, 'dotfiles', 'claude.json')
    if (text !== null) write(real, text)
    mkdirSync(dirname(file))
    symlinkSync('../../dotfiles/claude.json', file)
    installing(on, 'claude')
    expect(lstatSync(file).isSymbolicLink()).toBe(true)
    expect(readFileSync(real, 'utf8')).toContain('sentinelmesh-hook')
    uninstall({ client: 'claude', scope: 'user', machine: on, dryRun: false })
    expect(lstatSync(file).isSymbolicLink()).toBe(true)
    expect(existsSync(real) ? readFileSync(real, 'utf8') : null).toBe(text)
  })

  test('a matcher keeps the hooks of others if ours were added to it by hand', () => {
    const on = machine()
    const file = settingsFile('claude', 'user', on)
    const mine = { type: 'command', command: 'mine' }
    const ours = { type: 'command', command: 'sentinelmesh-hook claude' }
    write(file, JSON.stringify({ hooks: { PreToolUse: [{ matcher: 'Bash', hooks: [ours, mine] }] } }))
    installing(on, 'claude')
    const { hooks } = JSON.parse(readFileSync(file, 'utf8')) as { hooks: Record<string, object[]> }
    expect(hooks['PreToolUse']).toHaveLength(2)
    expect(hooks['PreToolUse']?.[0]).toEqual({ matcher: 'Bash', hooks: [mine] })
  })
})

describe('a link in a checkout cannot reach a file outside of it', () => {
  const SETTINGS_TEXT = '{"a": "$(touch owned)"}'
  /** Links from the checkout to `victim`, a file of the user that the checkout must not reach. */
  const planted = (link: (on: Machine, file: string, victim: string) => void) => {
    const on = machine()
    const victim = join(on.home, '.zshenv')
    writeFileSync(victim, '{"mine": true}')
    const file = settingsFile('claude', 'project', on)
    link(on, file, victim)
    const before = filesOf(on)
    const check = () => {
      expect(readFileSync(victim, 'utf8')).toBe('{"mine": true}')
      expect(filesOf(on)).toEqual(before)
    }
    return { on, check }
  }
  const PLACES = {
    'the backup': (_: Machine, file: string, victim: string) => {
      write(file, SETTINGS_TEXT)
      symlinkSync(victim, `${file}.before-sentinelmesh`)
    },
    'a backup that does not exist yet': (on: Machine, file: string) => {
      write(file, SETTINGS_TEXT)
      symlinkSync(join(on.home, '.zprofile'), `${file}.before-sentinelmesh`)
    },
    'the settings': (_: Machine, file: string, victim: string) => {
      mkdirSync(dirname(file))
      symlinkSync(victim, file)
    },
    'the folder': (on: Machine, file: string) => symlinkSync(on.home, dirname(file)),
  }

  test.each(Object.entries(PLACES))('through %s', (_, link) => {
    const { on, check } = planted(link)
    const sentence = /is a symbolic link\. Hooks for a project are not installed through links/
    expect(() => installing(on, 'claude', { scope: 'project' })).toThrow(sentence)
    expect(() => uninstall({ client: 'claude', scope: 'project', machine: on, dryRun: false })).toThrow(sentence)
    check()
    const shown = installing(on, 'claude', { scope: 'project', dryRun: true }).join('\n')
    expect(shown).toMatch(sentence)
    expect(shown).toContain('sentinelmesh-hook')
    check()
  })

  test('and a link under the name of a temporary file is not followed', () => {
    const on = machine()
    const victim = join(on.home, '.zshenv')
    writeFileSync(victim, 'mine')
    const file = settingsFile('claude', 'project', on)
    mkdirSync(dirname(file))
    symlinkSync(victim, `${file}.sentinelmesh-${process.pid}`)
    installing(on, 'claude', { scope: 'project' })
    expect(lstatSync(file).isFile()).toBe(true)
    expect(readdirSync(dirname(file))).toEqual(['settings.json'])
    expect(readFileSync(victim, 'utf8')).toBe('mine')
  })
})

test('the backup of linked settings is next to the real file', () => {
  const on = machine()
  const file = settingsFile('claude', 'user', on)
  const real = join(on.root, 'dotfiles', 'claude.json')
  write(real, '{"theme": "dark"}')
  mkdirSync(dirname(file))
  symlinkSync(real, file)
  installing(on, 'claude')
  expect(readFileSync(`${real}.before-sentinelmesh`, 'utf8')).toBe('{"theme": "dark"}')
  expect(readdirSync(dirname(file))).toEqual(['settings.json'])
})

test('a named pipe in place of the settings file does not block', () => {
  const on = machine()
  const file = settingsFile('claude', 'project', on)
  mkdirSync(dirname(file))
  execFileSync('mkfifo', [file])
  expect(() => installing(on, 'claude', { scope: 'project' })).toThrow(/cannot be read \(not a regular file\)/)
})

describe('a file that cannot be edited is left unchanged, and the error says why', () => {
  test.each([
    ['{ // mine\n "a": 1 }', /comments/],
    ['[]', /does not hold a JSON object/],
    ['{"hooks": []}', /member hooks that is no object/],
    ['{"hooks": {"Stop": {}}}', /hooks\.Stop that is no array/],
    ['', /not plain JSON/],
    [`{"a": ${'['.repeat(300)}${']'.repeat(300)}}`, /nested too deep/],
  ])('%j', (text, sentence) => {
    const on = machine()
    const file = settingsFile('claude', 'user', on)
    write(file, text)
    expect(() => installing(on, 'claude')).toThrow(sentence)
    expect(() => uninstall({ client: 'claude', scope: 'user', machine: on, dryRun: false })).toThrow(sentence)
    expect(readFileSync(file, 'utf8')).toBe(text)
    // The dry run shows what to add by hand.
    const lines = installing(on, 'claude', { dryRun: true }).join('\n')
    expect(lines).toMatch(sentence)
    expect(lines).toMatch(/Add by hand:\n {2}\+ \{\n[\s\S]*sentinelmesh-hook/)
    expect(filesOf(on)).toEqual([file.slice(on.root.length + 1)])
  })

  test('a folder in place of the file', () => {
    const on = machine()
    mkdirSync(settingsFile('claude', 'user', on), { recursive: true })
    expect(() => installing(on, 'claude')).toThrow(/settings\.json cannot be read \(EISDIR\)\. Nothing was changed\./)
  })

  test('a file in place of its folder, which leaves no temporary file behind', () => {
    const on = machine()
    write(join(on.home, '.claude'), '')
    expect(() => installing(on, 'claude')).toThrow(/settings\.json cannot be changed \((ENOTDIR|EEXIST)\)/)
    expect(filesOf(on)).toEqual(['home/.claude', 'home/.config/sentinelmesh/hook.json'])
  })

  test('a client without a machine-wide settings file', () => {
    expect(() => installing(machine(), 'codex', { scope: 'managed' })).toThrow(/requirements\.toml/)
  })
})

describe('the settings of the hook program', () => {
  const hookFile = (on: Machine) => join(on.home, '.config', 'sentinelmesh', 'hook.json')

  test('are readable only by their owner, and keep members that are not given', () => {
    const on = machine()
    installing(on, 'claude', { settings: { ...SETTINGS, fail: 'closed' } })
    installing(on, 'codex', { settings: { timeout: 3 } })
    expect(statSync(hookFile(on)).mode & 0o777).toBe(0o600)
    expect(JSON.parse(readFileSync(hookFile(on), 'utf8'))).toEqual({ ...SETTINGS, fail: 'closed', timeout: 3 })
  })

  test.each([
    ['{', /It is not JSON/],
    ['{"timeout": "5"}', /timeout has to be from 0\.1 to 60 seconds/],
    ['{"urll": "x"}', /"urll" is no setting/],
  ])('are validated as the program does it: %s', (text, sentence) => {
    const on = machine()
    write(hookFile(on), text)
    expect(() => installing(on, 'claude')).toThrow(sentence)
    expect(filesOf(on)).toEqual(['home/.config/sentinelmesh/hook.json'])
  })

  test('are required, before anything is changed, if they are set nowhere', () => {
    const on = machine()
    expect(() => installing(on, 'claude', { settings: { url: 'http://127.0.0.1:8000' } })).toThrow(
      /--key-file.*--scope verdict/,
    )
    expect(filesOf(on)).toEqual([])
  })

  test('of the machine are readable by everyone, and the output says so', () => {
    const on = machine()
    const lines = installing(on, 'claude', { scope: 'managed' })
    expect(lines.join('\n')).toContain('Every user of this machine can read the key')
    for (const folder of ['etc/sentinelmesh', 'etc/claude-code'])
      expect(statSync(join(on.root, folder)).mode & 0o777).toBe(0o755)
    for (const file of ['etc/sentinelmesh/hook.json', 'etc/claude-code/managed-settings.json'])
      expect(statSync(join(on.root, file)).mode & 0o777).toBe(0o644)
    // With machine-wide settings, a user needs no settings.
    expect(() => installing(on, 'gemini', { settings: {} })).not.toThrow()
  })
})

describe('the command', () => {
  const commandsOf = (client: HookClient, more: Partial<Installation> = {}) => {
    const on = machine()
    installing(on, client, more)
    return readFileSync(settingsFile(client, more.scope ?? 'user', on), 'utf8')
  }

  test('names the program by its full path, quoted for its shell', () => {
    expect(JSON.parse(commandsOf('claude')).hooks.PreToolUse[0].hooks[0]).toEqual({
      type: 'command',
      command: String.raw`/usr/bin/node '/opt/it’s here/sentinelmesh-hook.cjs' claude`,
      timeout: 10,
    })
    expect(JSON.parse(commandsOf('copilot')).hooks.preToolUse[0]).toMatchObject({
      powershell: "& '/usr/bin/node' '/opt/it’s here/sentinelmesh-hook.cjs' copilot",
      timeoutSec: 10,
    })
  })

  test('runs in a shell, whatever the name of the program’s folder', () => {
    const on = machine()
    const script = join(on.root, "it's $HOME here", 'sentinelmesh-hook.cjs')
    write(script, 'process.stdout.write(process.argv.slice(1).join("|"))')
    installing(on, 'claude', { program: [process.execPath, script] })
    const { command } = JSON.parse(readFileSync(settingsFile('claude', 'user', on), 'utf8')).hooks.SessionEnd[0]
      .hooks[0]
    expect(execFileSync('sh', ['-c', command], { encoding: 'utf8' })).toBe(`${script}|claude|--timeout|1`)
  })

  test('relies on the PATH in a shared folder', () => {
    expect(JSON.parse(commandsOf('claude', { scope: 'project' })).hooks.Stop[0].hooks[0].command).toBe(
      'sentinelmesh-hook claude',
    )
  })

  test('has a client timeout that is longer than its own', () => {
    const settings = { ...SETTINGS, timeout: 20 }
    expect(JSON.parse(commandsOf('codex', { settings })).hooks.PreToolUse[0].hooks[0].timeout).toBe(25)
    expect(JSON.parse(commandsOf('gemini', { settings })).hooks.BeforeTool[0].hooks[0].timeout).toBe(25_000)
  })

  test('answers sooner at the end of a session, which Claude Code does not wait for', () => {
    expect(JSON.parse(commandsOf('claude')).hooks.SessionEnd[0].hooks[0].command).toMatch(/ claude --timeout 1$/)
  })

  test('makes Cursor fail closed if the program does', () => {
    expect(JSON.parse(commandsOf('cursor')).hooks.beforeReadFile[0]).not.toHaveProperty('failClosed')
    const closed = commandsOf('cursor', { settings: { ...SETTINGS, fail: 'closed' } })
    expect(JSON.parse(closed).hooks.beforeReadFile[0]).toHaveProperty('failClosed', true)
  })
})
