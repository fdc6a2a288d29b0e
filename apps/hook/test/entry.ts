// The program with places of a test: its own folder in the place of the home, and its own file in that of the administrator's.
import { placesUnder } from '../src/places.ts'
import { run } from '../src/run.ts'

const [home = '', managedFile = '', ...args] = process.argv.slice(2)
void run(args, { ...placesUnder(home), managedFile })
