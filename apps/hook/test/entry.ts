// Runs the program with a test folder as the home, and a test file as the administrator's file.
import { placesUnder } from '../src/places.ts'
import { run } from '../src/run.ts'

const [home = '', managedFile = '', ...args] = process.argv.slice(2)
void run(args, { ...placesUnder(home), managedFile })
