/** What happened in a call, as the server says it, as a text of the app. Pure. */
import { inTexts, whole } from './said'
import { TIMELINE_TEXTS } from './timeline_texts'

const clause = whole(TIMELINE_TEXTS)
/** Several people are joined by "or". */
const inserted = (said: string): string => said.split(/ or /).map(clause).reduce((before, next) => `${before} or ${next}`)

export const timelineText = (text: string): string => inTexts(TIMELINE_TEXTS, text, inserted)
