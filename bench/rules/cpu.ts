/**
 * Milliseconds that this process has spent on processors, all its threads together. Others use the machine too, and
 * what they take is not counted; what the collector of garbage does beside is.
 */
export function cpuMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1_000
}
