/** What the server says of a field, a flow or a sound, as a text of the app. Pure. */
import { FIELD_TEXTS } from './field_texts'
import { inTexts, whole } from './said'

const inserted = whole(FIELD_TEXTS)

export const fieldText = (message: string): string => inTexts(FIELD_TEXTS, message, inserted)
