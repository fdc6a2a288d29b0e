import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { leftOut } from '@sentinelmesh/test-inputs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildHookProgram, type HookProgram } from './hook-program.ts'
import { ALLOWED } from './stand-in.ts'

const folder = mkdtempSync(join(tmpdir(), 'sentinelmesh-tls-'))
const key = join(folder, 'key.pem')
const certificate = join(folder, 'certificate.pem')
const made = makeCertificate()

function makeCertificate(): boolean {
  try {
    const subject = ['-subj', '/CN=sentinel.example', '-addext', 'subjectAltName=IP:127.0.0.1']
    const files = ['-keyout', key, '-out', certificate]
    execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', ...subject, ...files], {
      stdio: 'ignore',
    })
    return true
  } catch {
    return false
  }
}

describe.skipIf(!made)('over https', leftOut('need openssl'), () => {
  let program: HookProgram
  let server: Server
  let received = 0
  beforeAll(async () => {
    program = await buildHookProgram()
    server = createServer({ key: readFileSync(key), cert: readFileSync(certificate) }, (_, response) => {
      received += 1
      response.end(ALLOWED)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  })
  afterAll(async () => {
    await program[Symbol.asyncDispose]()
    server.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const settings = (more: object = {}) => ({
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    key: 'k',
    timeout: 30,
    ...more,
  })
  const input = '{"hook_event_name":"PreToolUse"}'

  test('an untrusted certificate gets no key, whatever the environment says', async () => {
    const user = program.user()
    user.settings(settings())
    const { code, stderr } = await user.run(['claude'], { input, env: { NODE_TLS_REJECT_UNAUTHORIZED: '0' } })
    expect(stderr).toMatch(/does not answer \(DEPTH_ZERO_SELF_SIGNED_CERT\)/)
    expect([code, received]).toEqual([0, 0])
  })

  test('a certificate for another name gets no key, even if it is trusted', async () => {
    const user = program.user()
    const { port } = server.address() as AddressInfo
    user.settings(settings({ url: `https://localhost:${port}`, ca: certificate }))
    const { code, stderr } = await user.run(['claude'], { input, env: { NODE_TLS_REJECT_UNAUTHORIZED: '0' } })
    expect(stderr).toMatch(/does not answer \(ERR_TLS_CERT_ALTNAME_INVALID\)/)
    expect([code, received]).toEqual([0, 0])
  })

  test('certificates of a private authority are named in the settings', async () => {
    const user = program.user()
    user.settings(settings({ ca: certificate }))
    expect(await user.run(['claude'], { input })).toEqual({ code: 0, stdout: '', stderr: '' })
    user.settings(settings({ ca: join(folder, 'none.pem') }))
    expect((await user.run(['claude'], { input })).stderr).toMatch(/none\.pem cannot be read \(ENOENT\)/)
  })
})
