/** Asked for before each piece of work, so that others get the event loop. Undefined: go on at once. */
export type Turn = () => Promise<void> | undefined
