/** The rule to test: a saved rule, or the text in the editor. */
export type Subject = { readonly id: string } | { readonly text: string }
