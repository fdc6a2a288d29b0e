// vitest's globalSetup: builds the program once for all tests that start it as a process of its own.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { buildMain, buildThreads, THREADS } from './build-threads.mjs'

/** Within the package, so that Node finds the native packages from there. */
const CACHE = join(import.meta.dirname, 'node_modules/.cache')

/** Provides `program`, the path of the built `main.js`, and returns what removes it. */
export async function setup(project) {
  mkdirSync(CACHE, { recursive: true })
  const folder = mkdtempSync(join(CACHE, 'program-'))
  await Promise.all([buildMain(folder), buildThreads(folder, THREADS)])
  project.provide('program', join(folder, 'main.js'))
  return () => rmSync(folder, { recursive: true, force: true })
}
