/** Stands for the value of a text that is no JSON, so that one such line is refused like any other bad entry. */
export class NotJson {
  readonly reason: string
  constructor(reason: string) {
    this.reason = reason
  }
}
