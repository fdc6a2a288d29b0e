import { existsSync, writeFileSync } from 'node:fs'
import { serveJobs } from '../../threads/serve-jobs.ts'
import { judgeJobs, type JudgeInput } from '../judge-jobs.ts'

/** A judge thread for tests. The text of an entry can make it loop forever, or exit, once or every time. */
serveJobs({
  ...judgeJobs,
  judge(input: JudgeInput) {
    const { text } = input.parsed.entry.payload
    if (input.set !== null && text.startsWith('for ever ')) for (;;);
    const file = /^die once (\S+) /.exec(text)?.[1]
    if (file !== undefined && !existsSync(file)) {
      writeFileSync(file, '')
      process.exit(7)
    }
    if (text.startsWith('die ') && file === undefined) process.exit(7)
    return judgeJobs.judge(input)
  },
})
