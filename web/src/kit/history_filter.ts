/** What the history is narrowed to: as the address has it, as the API is asked, and in words. Pure. */
import type { Search } from './api-types'
import { shortDay } from './dates'
import { daysOf, SPANS, type Span } from './reports'
import { OUTCOME } from './words'

export type CallsAsked = Omit<Search, 'q' | 'limit' | 'cursor'>
export type Towards = NonNullable<Search['direction']>
export type Ended = NonNullable<Search['outcome']>
/** Empty values ask nothing. `from` and `to`: days, where `span` is "own". */
export interface HistoryFilter { span: Span | ''; from: string; to: string; direction: Towards | ''; outcome: Ended | ''; queue: string; agent: string }
export const ANY: HistoryFilter = { span: '', from: '', to: '', direction: '', outcome: '', queue: '', agent: '' }

/* @wc-context: direction of a call */
export const DIRECTION: Record<Towards, string> = { inbound: 'Incoming', outbound: 'Outgoing', internal: 'Between colleagues', callback: 'Callback' }
export const DIRECTIONS = Object.entries(DIRECTION) as [Towards, string][]
export const OUTCOMES = Object.entries(OUTCOME).filter(([one]) => one !== 'open').map(([one, said]) => [one as Ended, said.word] as const)

const DAY = /^\d{4}-\d\d-\d\d$/
const ID = /^(?:que|usr)_\w{1,40}$/

/** The filter that an address names (`?when=week&outcome=voicemail`); what it does not understand asks nothing. */
export function filterIn(query: string): HistoryFilter {
  const told = new URLSearchParams(query)
  const one = <T extends string>(name: string, among: readonly (readonly [T, string])[]): T | '' => among.find(([each]) => each === told.get(name))?.[0] ?? ''
  const like = (name: string, form: RegExp): string => (form.test(told.get(name) ?? '') ? (told.get(name) ?? '') : '')
  const from = like('from', DAY)
  const to = like('to', DAY)
  const span = from !== '' || to !== '' ? 'own' : (SPANS.find((each) => each.key === told.get('when') && each.key !== 'own')?.key ?? '')
  return { span, from, to, direction: one('direction', DIRECTIONS), outcome: one('outcome', OUTCOMES), queue: like('queue', ID), agent: like('agent', ID) }
}

/** The other way round: empty, or with its "?". */
export function queryOf(filter: HistoryFilter): string {
  const { span, from, to, direction, outcome, queue, agent } = filter
  const all = { ...(span === 'own' ? { from, to } : { when: span }), direction, outcome, queue, agent }
  const told = new URLSearchParams(Object.entries(all).filter(([, value]) => value !== '')).toString()
  return told === '' ? '' : `?${told}`
}

/** `today`: YYYY-MM-DD. Of days of one's own, one may be missing: from then on, or until then. */
export function askedOf(filter: HistoryFilter, today: string): CallsAsked {
  const { span, from, to, direction, outcome, queue, agent } = filter
  const days = span === '' ? [] : span === 'own' && (from === '' || to === '') ? [from, to] : daysOf({ span, from, to, by: 'day', queue: '' }, today)
  const [first = '', last = ''] = days
  return {
    ...(first && { from: first }), ...(last && { to: last }), ...(direction && { direction }), ...(outcome && { outcome }), ...(queue && { queue_id: queue }), ...(agent && { agent_id: agent }),
  }
}

export type Part = 'span' | 'direction' | 'outcome' | 'queue' | 'agent'
/** What is asked, each in words. `nameOf`: of a queue or an agent. */
export function partsOf(filter: HistoryFilter, nameOf: (id: string) => string): { part: Part; word: string }[] {
  const word: Record<Part, string> = {
    span: spanWord(filter), direction: filter.direction && DIRECTION[filter.direction], outcome: filter.outcome && OUTCOME[filter.outcome].word,
    queue: filter.queue && nameOf(filter.queue), agent: filter.agent && nameOf(filter.agent),
  }
  return (Object.keys(word) as Part[]).filter((part) => word[part] !== '').map((part) => ({ part, word: word[part] }))
}

export const without = (filter: HistoryFilter, part: Part): HistoryFilter => ({ ...filter, [part]: '', ...(part === 'span' ? { from: '', to: '' } : {}) })

function spanWord({ span, from, to }: HistoryFilter): string {
  if (span !== 'own') return SPANS.find((one) => one.key === span)?.label ?? ''
  const [first, last] = [from, to].map((day) => (day === '' ? '' : shortDay(Date.parse(`${day}T12:00:00Z`), 'UTC')))
  return first === '' ? `until ${last}` : last === '' ? `since ${first}` : first === last ? (first ?? '') : `${first} to ${last}`
}
