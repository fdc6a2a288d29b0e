/** `process creation` of `process_creation[1]`, and of the log source's name for it. */
export const viewWords = (view: string) => view.replace(/\[\d+\]$/, '').replaceAll('_', ' ')
