/** The mend that is to write `text`; null where that is not known. */
export const mendTo = (text: string | null): string | null => (text === null ? null : `Write "${text}".`)
