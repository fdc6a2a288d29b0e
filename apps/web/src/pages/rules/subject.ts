/** What is tried: the saved rule, or the text as it stands in the editor. */
export type Subject = { readonly id: string } | { readonly text: string }
