/** Stands for the value of a text that is no JSON, so that one such line is refused like any other bad entry. */
export class NotJson {
  readonly reason: string
  constructor(reason: string) {
    this.reason = reason
  }
}

/** Stands for a value that nests deeper than anything that is read. No value of JSON is a symbol. */
export const TOO_DEEP = Symbol('too deep')
