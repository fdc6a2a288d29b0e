/** `1` for all packages, or the folders' names: `rules,server`. `npm test -- --full` and `.ci/run` set it. */
const FULL = process.env['SENTINELMESH_TEST_FULL'] ?? ''

/** The number of runs of a long test: the smaller one, or `full` when the package is tested in full. */
export const runsOf = (folder: string, { usual, full }: { readonly usual: number; readonly full: number }): number =>
  FULL === '1' || FULL.split(',').includes(folder) ? full : usual
