/**
 * Returns the CPU time of this process in milliseconds, over all its threads. This includes garbage collection but
 * not other processes on the machine.
 */
export function cpuMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1_000
}
