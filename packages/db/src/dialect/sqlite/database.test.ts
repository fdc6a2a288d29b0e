import { databaseConformance } from '../../testing/database.conformance.ts'
import { temporaryStore } from '../../testing/temporary-store.ts'

databaseConformance('SQLite', () => temporaryStore())
