export interface Progress {
  show(text: string): void
  end(): void
}

/** Shown on a terminal only. `share` is the completed part from 0 to 1, or null if it is unknown. */
export function progressBar(share: () => number | null): Progress {
  if (!process.stderr.isTTY) return { show() {}, end() {} }
  return {
    show(text) {
      const done = share()
      const bar =
        done === null ? '' : `[${'#'.repeat(Math.round(done * 30)).padEnd(30, '.')}] ${Math.round(done * 100)} %  `
      process.stderr.write(`\r\u001b[K${bar}${text}`)
    },
    end: () => void process.stderr.write('\r\u001b[K'),
  }
}

/** The part of a file that has been read, from 0 to 1. */
export function shareOf({ size, read }: { readonly size: number | null; read(): number }): () => number | null {
  return () => (size === null || size === 0 ? null : Math.min(1, read() / size))
}
