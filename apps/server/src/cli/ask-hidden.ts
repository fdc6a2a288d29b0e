import { CommandFailed } from '@sentinelmesh/command-line/command-failed'

/** Asks on the terminal without echoing what is typed. Ctrl-C ends the command. Needs a terminal on standard input. */
export function askHidden(prompt: string): Promise<string> {
  process.stderr.write(prompt)
  process.stdin.setRawMode(true)
  process.stdin.resume()
  return new Promise((resolve, reject) => {
    let typed = ''
    const onData = (data: Buffer) => {
      for (const character of data.toString()) {
        if (character === '\r' || character === '\n') return finish(() => resolve(typed))
        if (character === '\u0003') return finish(() => reject(new CommandFailed('Cancelled.')))
        typed = character === '\u007f' || character === '\b' ? typed.slice(0, -1) : typed + character
      }
    }
    const finish = (then: () => void) => {
      process.stdin.off('data', onData)
      process.stdin.setRawMode(false)
      process.stdin.pause()
      process.stderr.write('\n')
      then()
    }
    process.stdin.on('data', onData)
  })
}
