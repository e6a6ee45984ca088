/** Replaying a day with other settings of a queue: what was changed, and the picture of the answer. Pure. */
import type { Changes, WhatIfAnswer, WhatIfDecision } from './api-types'
import type { QueueSettings } from './model'
import { shownValue } from './reports'
import { STRATEGIES } from './strategies'
export type { Question as WhatIfQuestion, WhatIfAnswer as WhatIf, WhatIfDecision as Decision } from './api-types'

/** The settings of a queue whose change can be replayed. */
export type Wish = Pick<QueueSettings, 'strategy' | 'members' | 'priority' | 'skills' | 'max_wait_s' | 'max_waiting' | 'auto_pause_after'>
export const wishOf = ({ strategy, members, priority, skills, max_wait_s, max_waiting, auto_pause_after }: QueueSettings): Wish =>
  ({ strategy, members, priority, skills, max_wait_s, max_waiting, auto_pause_after })

const SAME_ORDER: (keyof Wish)[] = ['strategy', 'priority', 'skills', 'max_wait_s', 'max_waiting', 'auto_pause_after']

/** What differs from the queue as it is. In which order the members stand makes no difference. */
export function changesMade(queue: QueueSettings, wish: Wish): Changes {
  const differing: (keyof Wish)[] = SAME_ORDER.filter((key) => JSON.stringify(queue[key]) !== JSON.stringify(wish[key]))
  const members = JSON.stringify(queue.members.toSorted()) === JSON.stringify(wish.members.toSorted()) ? [] : (['members'] as const)
  return Object.fromEntries([...differing, ...members].map((key) => [key, wish[key]]))
}

/** Each change as a name and what it would be: "Longest wait", "1:00". */
export function changesSaid(changes: WhatIfAnswer['changes']): { label: string; value: string }[] {
  const { strategy, members, priority, skills, max_wait_s: maxWait, max_waiting: maxWaiting, auto_pause_after: pauseAfter } = changes
  return [
    ...(strategy === undefined ? [] : [{ label: /* @wc-context: agents of a queue */ 'Order', value: STRATEGIES.find(([key]) => key === strategy)?.[1] ?? strategy }]),
    ...(members === undefined ? [] : [{ label: 'Agents', value: String(members.length) }]),
    ...(priority === undefined ? [] : [{ label: 'Priority', value: String(priority) }]),
    ...(skills === undefined ? [] : [{ label: 'Required skills', value: skills.map((one) => one.name).join(', ') || '–' }]),
    ...(maxWait === undefined ? [] : [{ label: 'Longest wait', value: shownValue(maxWait, 's') }]),
    ...(maxWaiting === undefined ? [] : [{ label: 'Most callers', value: maxWaiting === null ? 'No limit' : String(maxWaiting) }]),
    ...(pauseAfter === undefined ? [] : [{ label: 'Pause after missed calls', value: pauseAfter === 0 ? 'Never' : String(pauseAfter) }]),
  ]
}

/** How the offers of the day are divided: the same agents, others, nobody at that moment, or elsewhere without being among those sent. */
export interface Division { same: number; others: number; nobody: number; unsent: number }
export function divided(answer: WhatIfAnswer): Division {
  const sent = answer.decisions.filter((one) => one.differs)
  const nobody = sent.filter((one) => one.would_ring.length === 0).length
  return { same: answer.offers - answer.differ, others: sent.length - nobody, nobody, unsent: answer.differ - sent.length }
}

/** How often an agent is rung with the settings as they are, and with the change. */
export interface Load { id: string; now: number; then: number }
/** Who is rung most comes first. Of the decisions that were sent: 2000 at most, those that differ first. */
export function loads(answer: WhatIfAnswer): Load[] {
  const found = new Map<string, Load>()
  const of = (id: string): Load => found.get(id) ?? (found.set(id, { id, now: 0, then: 0 }).get(id) as Load)
  for (const one of answer.decisions) {
    one.as_now.forEach((id) => (of(id).now += 1))
    one.would_ring.forEach((id) => (of(id).then += 1))
  }
  return [...found.values()].sort((a, b) => Math.max(b.now, b.then) - Math.max(a.now, a.then) || a.id.localeCompare(b.id))
}

const REASONS: Readonly<Record<string, string>> = {
  idle_longest: 'idle the longest',
  its_turn: 'it is their turn',
  fewest_calls: 'took the fewest calls',
  ring_all: 'all who are free are rung',
  most_skilled: 'the most skilled for this call',
  skill_relaxed: 'lacks a skill, but the caller has waited long enough',
  sticky: 'talked to this caller last',
  rung_directly: 'the call is for them',
  second_try: 'nobody else is free',
}

/** Why the change would ring who it would; null where nobody is, or for a reason that is newer than this app. */
export function becauseOf(decision: WhatIfDecision): string | null {
  const code = decision.reasons.find((one) => one.chosen)?.code
  return code === undefined ? null : (REASONS[code] ?? null)
}

const NOT_MODELLED: readonly string[] = [
  'Each offer is looked at by itself. What would have followed from another one, such as other waits and other free agents, is not played out, so there is no other service level to show.',
  'The agents, orders and skills of all queues are taken as they are now. An offer that comes out differently even so was made under other settings, or in the same instant as something else.',
  'Opening hours, announcements, recordings, wrap-up and callbacks are as they really were.',
  'How patient callers would have been is not known: earlier offers and later ways out are counted, not guessed.',
  'Who signed in or began to wait more than 12 hours before the day, and was not heard of since, is left out.',
]

/** What the answer does not take into account, in the language of the page; more than this app knows as it came. */
export const notModelled = (said: readonly string[]): readonly string[] => (said.length === NOT_MODELLED.length ? NOT_MODELLED : said)
