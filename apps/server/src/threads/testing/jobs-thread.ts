import { DomainError } from '@sentinelmesh/api/constants'
import { serveJobs, step } from '../serve-jobs.ts'

/** The program of a thread in tests of the pool, with well-behaved and misbehaving jobs. */
let kept = 0
const hoard: unknown[] = []

const jobs = {
  echo: (value: unknown) => value,
  count: () => ++kept,
  forEver: (): never => {
    for (;;);
  },
  /** Reports through shared memory that it runs, and continues until shared memory tells it to end. */
  until: ({ began, ends }: { began: SharedArrayBuffer; ends: SharedArrayBuffer }) => {
    Atomics.add(new Int32Array(began), 0, 1)
    const end = new Int32Array(ends)
    while (Atomics.load(end, 0) === 0);
    return 'ended'
  },
  refuse: (say: string): never => {
    throw new DomainError('rule_invalid', { say })
  },
  fail: (): never => {
    throw new Error('a fault of ours')
  },
  crash: (): never => {
    process.exit(7)
  },
  hoard: (): never => {
    for (;;) hoard.push({ x: [hoard.length] })
  },
  hoardInSteps: async (): Promise<never> => {
    for (;;) {
      for (let n = 0; n < 10_000; n++) hoard.push({ x: [n] })
      await step()
    }
  },
  large: (bytes: number) => 'x'.repeat(bytes),
}
export type TestJobs = typeof jobs

serveJobs(jobs)
