/** What a caller agreed or objected to, in words. Pure. */
import { date } from './format'
import type { ConsentState } from './model'

export type CallerConsent = ConsentState
export type ConsentAct = 'grant' | 'withdraw' | 'object'

const NAME: Partial<Record<CallerConsent['purpose'], string>> = { recording: 'Recording of calls', crm_sync: 'Passing calls on to the CRM' }
const SAID: Record<ConsentAct, string> = { grant: 'Agreed', withdraw: 'Withdrew their consent', object: 'Objected' }

export function purposeName(one: Pick<CallerConsent, 'purpose' | 'title'>): string {
  return NAME[one.purpose] ?? one.title
}

/** "Objected on 12 Nov 2026", "Said nothing yet". */
export function consentLine(one: Pick<CallerConsent, 'act' | 'at'>): string {
  return one.act === null || one.at === null ? 'Said nothing yet' : `${SAID[one.act]} on ${date(one.at)}`
}

/** What can be entered now. A consent that was given is withdrawn; where none was, they object. */
export function nextActs(one: Pick<CallerConsent, 'act' | 'allowed'>): ConsentAct[] {
  if (one.act === null) return ['grant', 'object']
  return [one.act === 'grant' ? 'withdraw' : 'grant']
}

export const ENTER: Record<ConsentAct, string> = { grant: 'They agree', withdraw: 'They withdraw it', object: 'They object' }

/** What happens when it is entered: said before it is. */
export function consequence(purpose: CallerConsent['purpose'], act: ConsentAct): string {
  if (act === 'grant') return purpose === 'recording' ? 'From now on their calls are recorded, where the queue says so.' : 'From now on their calls are passed on.'
  return purpose === 'recording' ? 'From now on their calls are not recorded.' : 'From now on nothing about their calls is passed on.'
}
