/** The characters that Windows programs accept as a dash. */
export const DASHES = ['-', '/', '\u2013', '\u2014', '\u2015'] as const

/** Replaces every such character by the first one. Keeps the length. */
export const oneDash = (text: string) => text.replaceAll(/[/\u2013-\u2015]/g, '-')
