/** The suggestion to write `text`, or null for none. */
export const mendTo = (text: string | null): string | null => (text === null ? null : `Write "${text}".`)
