/** Takes the place of a value that is not valid JSON, so that such a line is refused like any other invalid entry. */
export class NotJson {
  readonly reason: string
  constructor(reason: string) {
    this.reason = reason
  }
}

/** Takes the place of a value that exceeds the nesting limit. A symbol cannot be confused with any JSON value. */
export const TOO_DEEP = Symbol('too deep')
