/** Returns the rows from one end whose JSON fits in `mostBytes`, but at least one row. */
export function fitting<Row>(rows: readonly Row[], mostBytes: number, from: 'first' | 'last'): readonly Row[] {
  let bytes = 0
  let fit = 0
  while (fit < rows.length) {
    bytes += Buffer.byteLength(JSON.stringify(rows.at(from === 'first' ? fit : -1 - fit)))
    if (bytes > mostBytes && fit > 0) break
    fit++
  }
  return from === 'first' ? rows.slice(0, fit) : rows.slice(rows.length - fit)
}
