import type { YAMLParseError, YAMLWarning } from 'yaml'

/** Rewrites an error of the YAML library as a sentence for the authors of rules. */
export function sentenceOf({ code, message }: Pick<YAMLParseError | YAMLWarning, 'code' | 'message'>): string {
  const [said = message] = message.split(/ at line |\n/)
  switch (code) {
    case 'BLOCK_AS_IMPLICIT_KEY':
      return 'A second key stands within a value. A text that holds ": " is put in quotes; keys below a key are indented, and beside it stands nothing.'
    case 'BAD_SCALAR_START':
      return `A text that begins with ${said.at(-1) ?? 'this'} is put in quotes.`
    case 'BAD_DQ_ESCAPE':
      return `Within double quotes ${said.replace(/^.* /, '').slice(0, 2)} is no escape. In single quotes a backslash is itself.`
    case 'TAB_AS_INDENT':
      return 'Lines are indented with blanks, not with tabs.'
    case 'BAD_INDENT':
      return 'A list or a map in brackets is not closed, or goes on at the margin.'
    case 'MULTILINE_IMPLICIT_KEY':
      return 'A key stands on one line, with a colon and a blank behind it: "key: value".'
    case 'MISSING_CHAR':
      return said.includes('quote')
        ? 'A text in quotes is not closed.'
        : 'Here a key has no colon behind it, or the line is indented otherwise than those it goes with.'
    case 'UNEXPECTED_TOKEN':
      return `This does not go with what stands before it (${said.toLowerCase()}). A quote within single quotes is written twice; lines that go together are indented alike.`
    default:
      return said.endsWith('.') ? said : `${said}.`
  }
}
