/** The characters that Windows programs take for a dash. */
export const DASHES = ['-', '/', '\u2013', '\u2014', '\u2015'] as const

/** All of them as the first one; keeps the length. */
export const oneDash = (text: string) => text.replaceAll(/[/\u2013-\u2015]/g, '-')
