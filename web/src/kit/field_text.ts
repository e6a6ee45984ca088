/** What the server says of a field, as a text of the app. Pure. */
import { FIELD_TEXTS } from './field_texts'

/** What no pattern fits stays as it is. */
export function fieldText(message: string): string {
  for (const [pattern, text] of FIELD_TEXTS) {
    const found = pattern.exec(message)
    if (found !== null) return text(found.slice(1))
  }
  return message
}
