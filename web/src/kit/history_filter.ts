/** What the history is narrowed to: as the address has it, as the API is asked, and in words. Pure. */
import type { Search } from './api-types'
import { shortDay } from './dates'
import { WORDS as MEASURE } from './measures'
import { COUNTED, daysOf, FIRST, plus, SPANS, type Span } from './reports'
import { OUTCOME } from './words'

export type CallsAsked = Omit<Search, 'q' | 'limit' | 'cursor'>
export type Towards = NonNullable<Search['direction']>
export type Ended = NonNullable<Search['outcome']>
/** Empty values ask nothing. `from` and `to`: days, where `span` is "own". */
/** `lasted`: seconds, as "30-120", "-30" or "600-". `counted`: by this measure of a report; `hour` and `number` go with it alone. */
export interface HistoryFilter {
  span: Span | ''; from: string; to: string; direction: Towards | ''; outcome: Ended | ''; queue: string; agent: string
  disposition: string; lasted: string; recorded: '' | 'yes' | 'no'; counted: string; hour: string; number: string
}
export const ANY: HistoryFilter = { span: '', from: '', to: '', direction: '', outcome: '', queue: '', agent: '', disposition: '', lasted: '', recorded: '', counted: '', hour: '', number: '' }

/* @wc-context: direction of a call */
export const DIRECTION: Record<Towards, string> = { inbound: 'Incoming', outbound: 'Outgoing', internal: 'Between colleagues', callback: 'Callback' }
export const DIRECTIONS = Object.entries(DIRECTION) as [Towards, string][]
export const OUTCOMES = Object.entries(OUTCOME).filter(([one]) => one !== 'open').map(([one, said]) => [one as Ended, said.word] as const)

const DAY = /^\d{4}-\d\d-\d\d$/
const ID = /^(?:none|(?:que|usr|dsp|num)_\w{1,40})$/
const LASTED = /^(?:\d{1,5}-|-\d{1,5}|\d{1,5}-\d{1,5})$/
const HOUR = /^(?:[01]\d|2[0-3])$/
const LONGEST_S = 86_400
/** Of the form and in the calendar. */
const isDay = (text: string): boolean => DAY.test(text) && Number.isFinite(Date.parse(`${text}T12:00:00Z`)) && plus(text, 0) === text
/** What is often asked for of durations. */
export const DURATIONS: readonly (readonly [string, string])[] = [['-30', 'Up to 30 s'], ['30-120', '30 s to 2 min'], ['120-600', '2 to 10 min'], ['600-', '10 min or longer']]

/** The filter that an address names (`?when=week&outcome=voicemail`); what it does not understand asks nothing. */
export function filterIn(query: string): HistoryFilter {
  const told = new URLSearchParams(query)
  const one = <T extends string>(name: string, among: readonly (readonly [T, string])[]): T | '' => among.find(([each]) => each === told.get(name))?.[0] ?? ''
  const like = (name: string, form: RegExp): string => (form.test(told.get(name) ?? '') ? (told.get(name) ?? '') : '')
  const day = (name: string): string => (isDay(told.get(name) ?? '') ? (told.get(name) ?? '') : '')
  const [from, to] = [day('from'), day('to')]
  const span = from !== '' || to !== '' ? 'own' : (SPANS.find((each) => each.key === told.get('when') && each.key !== 'own')?.key ?? '')
  const found: HistoryFilter = {
    span, from, to, direction: one('direction', DIRECTIONS), outcome: one('outcome', OUTCOMES), queue: like('queue', ID), agent: like('agent', ID),
    disposition: like('disposition', ID), lasted: limitsOf(like('lasted', LASTED)) === null ? '' : like('lasted', LASTED), recorded: one('recorded', [['yes', ''], ['no', '']]),
    counted: COUNTED.has(told.get('counted') ?? '') ? (told.get('counted') ?? '') : '', hour: like('hour', HOUR), number: like('number', ID),
  }
  return coherent(found)
}

/** A figure of a report is of certain days and is not narrowed further; without one, some parts make no sense. */
function coherent(filter: HistoryFilter): HistoryFilter {
  if (filter.counted !== '') return { ...filter, ...daysCounted(filter), outcome: '', lasted: '', recorded: '' }
  const id = (value: string): string => (value === 'none' ? '' : value)
  return { ...filter, hour: '', number: '', queue: id(filter.queue), agent: id(filter.agent), disposition: id(filter.disposition) }
}

function daysCounted({ span, from, to }: HistoryFilter): Pick<HistoryFilter, 'span' | 'from' | 'to'> {
  if (span !== '' && span !== 'own') return { span, from, to }
  return from === '' && to === '' ? { span: 'today', from, to } : { span: 'own', from: from || to, to: to || from }
}

/** The other way round: empty, or with its "?". */
export function queryOf(filter: HistoryFilter): string {
  const { span, from, to, ...parts } = filter
  const all = { ...(span === 'own' ? { from, to } : { when: span }), ...parts }
  const told = new URLSearchParams(Object.entries(all).filter(([, value]) => value !== '')).toString()
  return told === '' ? '' : `?${told}`
}

/** The shortest and the longest duration in seconds; null where it is none that can be asked for. */
function limitsOf(lasted: string): { min_duration_s?: number; max_duration_s?: number } | null {
  if (lasted === '') return {}
  const [least = '', most = ''] = lasted.split('-')
  const wrong = Number(least) > LONGEST_S || Number(most) > LONGEST_S || (least !== '' && most !== '' && Number(most) < Number(least))
  return wrong ? null : { ...(least !== '' && { min_duration_s: Number(least) }), ...(most !== '' && { max_duration_s: Number(most) }) }
}

/** `today`: YYYY-MM-DD. Of days of one's own, one may be missing: from then on, or until then. */
export function askedOf(filter: HistoryFilter, today: string): CallsAsked {
  const { direction, outcome, queue, agent, disposition, lasted, recorded } = filter
  const [first = '', last = ''] = spanOf(filter, today)
  return {
    ...(first && { from: first }), ...(last && { to: last }), ...(direction && { direction }), ...(outcome && { outcome }), ...(queue && { queue_id: queue }), ...(agent && { agent_id: agent }),
    ...(disposition && { disposition_id: disposition }), ...limitsOf(lasted), ...(recorded && { recorded: recorded === 'yes' }),
  }
}

/** Whether the server looks through calls one by one, so that a page may be short while others follow. */
export const scans = ({ counted, disposition, lasted, recorded }: HistoryFilter): boolean => [counted, disposition, lasted, recorded].some((one) => one !== '')

/** The calls that a figure of a report counts, as the API is asked for them. */
export function countedOf(filter: HistoryFilter, today: string): Record<string, string> {
  const { counted, direction, queue, agent, disposition, hour, number } = filter
  const [first = '', last = ''] = spanOf(filter, today)
  const days = { from: first || last || today, to: last || today }
  const rest = { direction, queue_id: queue, agent_id: agent, disposition_id: disposition, number_id: number, hour: hour === '' ? '' : String(Number(hour)) }
  return { measure: counted, ...days, ...Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== '')) }
}

function spanOf({ span, from, to }: HistoryFilter, today: string): readonly string[] {
  if (span === '') return []
  return span === 'own' && (from === '' || to === '') ? [from, to] : daysOf({ ...FIRST, span, from, to }, today)
}

export type Part = 'counted' | 'span' | 'hour' | 'direction' | 'outcome' | 'queue' | 'agent' | 'disposition' | 'number' | 'lasted' | 'recorded'
/** What is asked, each in words. `nameOf`: of a queue or an agent. */
export function partsOf(filter: HistoryFilter, nameOf: (id: string) => string): { part: Part; word: string }[] {
  const named = (id: string, none: string): string => (id === 'none' ? none : id && nameOf(id))
  const word: Record<Part, string> = {
    counted: filter.counted && countedWord(filter.counted), span: spanWord(filter), hour: filter.hour && `${filter.hour}:00 to ${String((Number(filter.hour) + 1) % 24).padStart(2, '0')}:00`,
    direction: filter.direction && DIRECTION[filter.direction], outcome: filter.outcome && OUTCOME[filter.outcome].word,
    queue: named(filter.queue, 'Without a queue'), agent: named(filter.agent, 'Without an agent'), disposition: named(filter.disposition, 'Without a disposition'), number: named(filter.number, 'Without a number of ours'),
    lasted: filter.lasted && lastedWord(filter.lasted), recorded: filter.recorded && (filter.recorded === 'yes' ? 'With a recording' : 'Without a recording'),
  }
  return (Object.keys(word) as Part[]).filter((part) => word[part] !== '').map((part) => ({ part, word: word[part] }))
}

export const without = (filter: HistoryFilter, part: Part): HistoryFilter => coherent({ ...filter, [part]: '', ...(part === 'span' ? { from: '', to: '' } : {}) })

/** As the report names the measure. */
export const countedWord = (measure: string): string => MEASURE[measure]?.name ?? measure

export function lastedWord(lasted: string): string {
  const often = DURATIONS.find(([each]) => each === lasted)
  if (often !== undefined) return often[1]
  const [least = '', most = ''] = lasted.split('-')
  return least === '' ? `Up to ${most} s` : most === '' ? `${least} s or longer` : `${least} to ${most} s`
}

function spanWord({ span, from, to }: HistoryFilter): string {
  if (span !== 'own') return SPANS.find((one) => one.key === span)?.label ?? ''
  const [first, last] = [from, to].map((day) => (day === '' ? '' : shortDay(Date.parse(`${day}T12:00:00Z`), 'UTC')))
  return first === '' ? `until ${last}` : last === '' ? `since ${first}` : first === last ? (first ?? '') : `${first} to ${last}`
}
