type Counts = Readonly<Record<string, number>>

/** Adds up how many members of each list two replies omitted; undefined if neither omitted any. */
export function sumOfLeftOut<Left extends Counts>(one: Left | undefined, other: Left | undefined): Left | undefined {
  if (one === undefined || other === undefined) return one ?? other
  return Object.fromEntries(Object.entries(one).map(([name, count]) => [name, count + (other[name] ?? 0)])) as Left
}
