/** Called before each step of long work, to yield the event loop. Undefined means: continue without waiting. */
export type Turn = () => Promise<void> | undefined
