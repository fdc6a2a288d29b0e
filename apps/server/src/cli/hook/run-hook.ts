import { spawn, type StdioOptions } from 'node:child_process'
import { hookProgram } from './program-file.ts'

/** Runs the hook program with this process's input and output, and takes over its exit code. */
export async function runHook(args: readonly string[]): Promise<void> {
  process.exitCode = (await start(args, 'inherit').ended) ?? 1
}

/** Runs the hook program with this input. */
export async function hookAnswer(
  args: readonly string[],
  input: string,
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const { child, ended } = start(args, 'pipe')
  const text = { stdout: '', stderr: '' }
  child.stdout?.on('data', (chunk) => (text.stdout += String(chunk)))
  child.stderr?.on('data', (chunk) => (text.stderr += String(chunk)))
  child.stdin?.on('error', () => {})
  child.stdin?.end(input)
  return { code: await ended, ...text }
}

function start(args: readonly string[], stdio: StdioOptions) {
  const child = spawn(process.execPath, [hookProgram(), ...args], { stdio })
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  return { child, ended }
}
