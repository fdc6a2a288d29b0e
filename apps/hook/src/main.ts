import { systemPlaces } from './places.ts'
import { run } from './run.ts'

void run(process.argv.slice(2), systemPlaces())
