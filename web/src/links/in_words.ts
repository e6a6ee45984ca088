/** What the server says in English, in the language of this page; as it was said where its texts come too late. */
import type { FlowValidation } from '../kit/api-types'
import type { CallDetail } from '../kit/model'
import { language } from './language'

const WAIT_MS = 3000

/** Null on an English page too: there is nothing to translate. */
function texts<T>(load: () => Promise<T>): Promise<T | null> {
  if (language() === 'en') return Promise.resolve(null)
  const late = new Promise<null>((resolve) => setTimeout(resolve, WAIT_MS, null))
  return Promise.race([load().catch(() => null), late])
}

const fieldTexts = () => texts(() => import('../kit/field_text'))

export async function fieldsInWords<T extends { message: string }>(errors: readonly T[]): Promise<readonly T[]> {
  const known = errors.length === 0 ? null : await fieldTexts()
  return known === null ? errors : errors.map((one) => ({ ...one, message: known.fieldText(one.message) }))
}

export async function problemsInWords(found: FlowValidation): Promise<FlowValidation> {
  const known = found.problems.length === 0 ? null : await fieldTexts()
  return known === null ? found : { ...found, problems: found.problems.map((one) => ({ ...one, text: known.fieldText(one.text) })) }
}

export async function timelineInWords(call: CallDetail): Promise<CallDetail> {
  const known = call.timeline.length === 0 ? null : await texts(() => import('../kit/timeline_text'))
  return known === null ? call : { ...call, timeline: call.timeline.map((one) => ({ ...one, text: known.timelineText(one.text) })) }
}
