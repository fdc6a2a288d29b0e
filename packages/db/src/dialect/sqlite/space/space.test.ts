import { readFile, stat } from 'node:fs/promises'
import { type SpaceUnderTest, spaceConformance } from '../../../testing/space.conformance.ts'
import { temporaryStore } from '../../../testing/temporary-store.ts'

spaceConformance('SQLite', async (): Promise<SpaceUnderTest> => {
  const db = await temporaryStore()
  const files = [db.file, `${db.file}-wal`]
  return {
    ...db,
    async size() {
      const sizes = files.map(async (file) => (await stat(file).catch(() => ({ size: 0 }))).size)
      return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
    },
    async filesContain(text) {
      const contents = files.map((file) => readFile(file).catch(() => Buffer.alloc(0)))
      return (await Promise.all(contents)).some((bytes) => bytes.includes(text))
    },
  }
})
