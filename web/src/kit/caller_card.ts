/** Words of the caller's card: why it has its name, and what stands beside it. Pure. */
import { count, day, phoneNumber, time } from './format'
import type { CallerCard, CallerDetails, CardPerson } from './model'
import { outcomeWord } from './words'

type Icon = 'task' | 'shield'

export function matchTitle(people: readonly Pick<CardPerson, 'private' | 'why'>[]): string {
  const first = people[0]
  if (first !== undefined && first.why !== 'number') return people.length > 1 ? `Perhaps one of these ${String(people.length)}: ask who is calling` : 'Perhaps this one: ask who is calling'
  if (people.length > 1) return `${String(people.length)} contacts have this number`
  return people[0]?.private === true ? 'In your own contacts' : 'In the contacts'
}

/** What follows the name: " · home · Northern Lights · private". */
export function matchLine(one: CardPerson): string {
  const why = one.why === 'reading' ? `the number can be read as ${phoneNumber(one.number)}` : one.why === 'ending' ? `their number, ${phoneNumber(one.number)}, ends so` : ''
  return [why, one.label, one.company === one.name ? '' : one.company, one.private ? /* @wc-include */ 'private' : ''].filter(Boolean).map((word) => ` · ${word}`).join('')
}

const READ = { without_plus: 'read as an international number', national: 'read as a national number', local: 'read as a number in the area of the one that was rung' } as const

/** "Came as 020 7946 0123, read as a national number"; empty where it came whole. */
export function sentLine(card: Pick<CallerCard, 'sent_as' | 'read_as'>): string {
  if (card.sent_as === null) return ''
  return card.read_as === null ? `Came as ${card.sent_as}: whose number it is, is not sure` : `Came as ${card.sent_as}, ${READ[card.read_as]}`
}

/** Why an agent sees nothing of somebody. */
export const RESTRICTED = 'They asked for it by law: what is kept of them is not shown or used. The privacy officer can tell more.'
type Note = 'restricted' | 'tasks' | 'refused'

const TASKS = { voicemail: 'Voicemail', missed_call: 'Missed call', callback_failed: 'Callback failed', request: 'Left in the menu', manual: 'To do', callback: 'Call back', recurring: 'Recurring', email: 'E-mail' } as const

/** What the agent should know before answering: only what there is. */
export function besides(found: Pick<CallerDetails, 'tasks' | 'refused' | 'restricted'> | null): { name: Note; icon: Icon; title: string; text: string }[] {
  const list: { name: Note; icon: Icon; title: string; text: string }[] = []
  if (found?.restricted === true) list.push({ name: 'restricted', icon: 'shield', title: 'Data restricted', text: RESTRICTED })
  const tasks = found?.tasks ?? []
  if (tasks.length > 0) {
    const texts = tasks.map((one) => one.title ?? TASKS[one.kind])
    list.push({ name: 'tasks', icon: 'task', title: count(tasks.length, 'open task'), text: [...new Set(texts)].join(' · ') })
  }
  const refused = found?.refused ?? []
  if (refused.length > 0) list.push({ name: 'refused', icon: 'shield', title: 'The caller said no to', text: refused.map((one) => one.title).join(' · ') })
  return list
}

/** "Yesterday 14:02 · answered by Batbold", the newest first. */
export function lastCalls(found: CallerDetails | null, now: number): string[] {
  return (found?.calls ?? []).map((one) => `${day(one.at, now)} ${time(one.at)} · ${one.agent === null ? outcomeWord(one.outcome) : `${outcomeWord(one.outcome)} by ${one.agent.name}`}`)
}
