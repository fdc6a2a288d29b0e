/** Asks a filled store in a process of its own. Called with a file that holds the work as JSON. */
import { readFileSync } from 'node:fs'
import { searchTimes, type SearchWork } from './search/search-times.ts'

const [file = ''] = process.argv.slice(2)
process.send?.(await searchTimes(JSON.parse(readFileSync(file, 'utf8')) as SearchWork))
process.disconnect?.()
