/** Turns a view's name such as `process_creation[1]` into `process creation`. */
export const viewWords = (view: string) => view.replace(/\[\d+\]$/, '').replaceAll('_', ' ')
