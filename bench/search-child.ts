/** Searches a filled store in a separate process. The argument is a file that contains the work as JSON. */
import { readFileSync } from 'node:fs'
import type { SearchWork } from './search/plain-sql.ts'
import { searchTimes } from './search/search-times.ts'

const [file = ''] = process.argv.slice(2)
process.send?.(await searchTimes(JSON.parse(readFileSync(file, 'utf8')) as SearchWork))
process.disconnect?.()
