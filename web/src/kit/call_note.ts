/** The note of a call: its text as the server keeps it, and how it stands, in words. Pure. */

/** Without spaces at the ends of lines, and without empty lines around all. */
export function savedText(text: string): string {
  return text.replaceAll('\r\n', '\n').replaceAll('\r', '\n').split('\n').map((line) => line.trimEnd()).join('\n').replace(/^\n+|\n+$/g, '')
}

export const NOTE_MAX = 4_000
