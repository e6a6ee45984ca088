/** Sentences of the server as texts of the app. Pure. What no pattern fits stays as it is. */
export type Text = readonly [pattern: RegExp, text: (gaps: readonly string[]) => string]

/** `gap`: what is inserted, in words; it may be a sentence of its own. */
export function inTexts(texts: readonly Text[], said: string, gap: (inserted: string) => string): string {
  for (const [pattern, text] of texts) {
    const found = pattern.exec(said)
    if (found !== null) return text(found.slice(1).map(gap))
  }
  return said
}

/** A sentence without gaps; anything else stays: names and figures. */
export const whole = (texts: readonly Text[]) => (said: string): string => texts.find(([pattern, text]) => text.length === 0 && pattern.test(said))?.[1]([]) ?? said
