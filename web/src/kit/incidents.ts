/** Words for personal data breaches and what is left of their 72 hours. Pure. */
import type { IncidentAnswer, IncidentEntry, IncidentSummary } from './api-types'
import type { Tone } from './timeline'

export type IncidentState = IncidentSummary['state']
export type IncidentStepName = 'assess' | 'notify_authority' | 'waive_authority' | 'tell_people' | 'waive_people' | 'note' | 'close'

export const STATES: Record<IncidentState, string> = { open: 'Open', assessed: 'Assessed', notified: 'Authority notified', not_notified: 'Not notified', closed: 'Closed' }
export const KINDS: Record<IncidentSummary['kinds'][number], string> = { confidentiality: 'Seen or taken', integrity: 'Changed', availability: 'Lost or not usable' }
export const RISKS: Record<IncidentSummary['risk'], string> = { unknown: 'Not assessed', unlikely: 'A risk is unlikely', risk: 'A risk', high: 'A high risk' }
export const PEOPLE: Record<IncidentSummary['people'], string> = { undecided: 'Not decided', told: 'Told', not_told: 'Not told' }
export const STEPS: Record<IncidentStepName, string> = {
  assess: 'Assess the risk', notify_authority: 'Authority was notified', waive_authority: 'Do not notify the authority',
  tell_people: 'People were told', waive_people: 'Do not tell the people', note: 'Add a note', close: 'Close the incident',
}
/** Steps that need a reason, which is kept. */
export const REASONED: readonly string[] = ['assess', 'waive_authority', 'waive_people', 'note']
export const ENTRIES: Record<IncidentEntry['kind'], string> = {
  opened: 'Opened', assess: 'Risk assessed', notify_authority: 'Authority notified', waive_authority: 'Authority not notified', tell_people: 'People told', waive_people: 'People not told',
  note: 'Note', close: 'Closed', edit: 'Edited', search: 'Search for affected people started', draft: 'Draft saved', found: 'Affected people found',
  warned_24h: 'Warned: 24 hours left', warned_6h: 'Warned: 6 hours left', warned_late: 'Warned: overdue',
}

/** What a field said before it was edited. */
const WAS: Readonly<Record<string, string>> = {
  title: 'The title was', what_happened: 'What happened was', consequences: 'Consequences were', measures: 'Measures were', kinds: 'Data was', scope: 'The scope was',
}
export const wasWord = (field: string): string => WAS[field] ?? field

/** What is left until `due`, as h:mm:ss, and how it is to be shown. Past it counts up. */
export function clockOf(due: string, now: number): { text: string; over: boolean; tone: Tone } {
  const left = Math.round((Date.parse(due) - now) / 1000)
  const s = Math.abs(left)
  const two = (n: number): string => String(n).padStart(2, '0')
  const text = `${Math.floor(s / 3600)}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}`
  return { text, over: left <= 0, tone: left <= 0 ? 'bad' : left <= 24 * 3600 ? 'wait' : 'none' }
}

/** Whether the clock still counts: nobody has decided about the authority. */
export const runs = (incident: Pick<IncidentSummary, 'state'>): boolean => incident.state === 'open' || incident.state === 'assessed'

export const stepsOf = (incident: IncidentAnswer): IncidentStepName[] => (Object.keys(STEPS) as IncidentStepName[]).filter((step) => incident.acts.includes(step))

/** A field of type datetime-local as an instant; empty: null. */
export const instant = (local: string): string | null => (local === '' ? null : new Date(local).toISOString())
