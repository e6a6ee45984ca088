/** Opening hours as the API has them, and what is shown of them. Pure. Times are HH:MM on the clocks of their own time zone. */
import { changesOf } from './connections'
import { longDay, monthOfYear, shortWeekday, weekdayAndDate, weekdayName } from './dates'
import type { HolidayBody, OpeningHours, OpeningSpanBody, WeeklyOpeningBody } from './api-types'

export type { OpeningHours as Hours, OpeningSpanBody as Span, WeeklyOpeningBody as WeeklySpan } from './api-types'

export type Day = WeeklyOpeningBody['day']
/** A date with times of its own; without times it is closed. */
export type Exception = Required<HolidayBody>
export interface HoursWish { name: string; timezone: string | null; weekly: WeeklyOpeningBody[]; holidays: Exception[] }

export const DAYS: readonly (readonly [day: Day, name: string])[] = [
  ['mon', 'Monday'], ['tue', 'Tuesday'], ['wed', 'Wednesday'], ['thu', 'Thursday'], ['fri', 'Friday'], ['sat', 'Saturday'], ['sun', 'Sunday'],
]
const WHOLE_DAY = 1440
const FIVE_DAYS: readonly Day[] = ['mon', 'tue', 'wed', 'thu', 'fri']

export const NEW_HOURS: HoursWish = { name: '', timezone: null, weekly: FIVE_DAYS.map((day) => ({ day, opens: '09:00', closes: '17:00' })), holidays: [] }

/** Minutes since midnight of HH:MM. */
export const minutes = (text: string): number => Number(text.slice(0, 2)) * 60 + Number(text.slice(3))

/** The end of a day, which the API writes 24:00, is 00:00 in a field for a time. */
export const inField = (closes: string): string => (closes === '24:00' ? '00:00' : closes)
const sent = <T extends OpeningSpanBody>(span: T): T => ({ ...span, closes: span.closes === '00:00' ? '24:00' : span.closes })
const overnight = (span: OpeningSpanBody): boolean => minutes(sent(span).closes) <= minutes(span.opens)

/** What is wrong with a span, or null. The server checks the same. */
export function wrongSpan(span: OpeningSpanBody): string | null {
  if (span.opens === '' || span.closes === '') return 'Enter both times.'
  return span.opens === sent(span).closes ? 'It opens and closes at the same time. The whole day is from midnight to midnight.' : null
}

/** What a closing time that is not simply later on the same day means; null for one that is. */
export function closingWord(span: OpeningSpanBody): string | null {
  if (wrongSpan(span) !== null) return null
  if (sent(span).closes === '24:00') return span.opens === '00:00' ? 'the whole day' : 'until midnight'
  return overnight(span) ? 'closes on the next day' : null
}

/** Further times of a day: after those that it has. */
export function nextSpan(spans: readonly OpeningSpanBody[]): OpeningSpanBody {
  const last = spans.at(-1)
  if (last === undefined) return { opens: '09:00', closes: '17:00' }
  const opens = Math.min(minutes(inField(last.closes)) + 60, WHOLE_DAY - 120)
  return { opens: clock(opens), closes: clock(Math.min(opens + 240, WHOLE_DAY - 1)) }
}

const clock = (of: number): string => `${String(Math.floor(of / 60)).padStart(2, '0')}:${String(of % 60).padStart(2, '0')}`

/** As it is kept: in order, without spaces that were typed by accident, the end of a day as 24:00. */
export function tidied(hours: HoursWish): HoursWish {
  const place = (day: Day): number => DAYS.findIndex(([one]) => one === day)
  const byOpening = (a: OpeningSpanBody, b: OpeningSpanBody): number => a.opens.localeCompare(b.opens)
  return {
    name: hours.name.trim().replace(/\s+/g, ' '),
    timezone: hours.timezone,
    weekly: hours.weekly.map(({ day, opens, closes }) => sent({ day, opens, closes })).sort((a, b) => place(a.day) - place(b.day) || byOpening(a, b)),
    holidays: hours.holidays
      .map(({ on, name, spans }) => ({ on, name: name.trim(), spans: spans.map(({ opens, closes }) => sent({ opens, closes })).sort(byOpening) }))
      .sort((a, b) => a.on.localeCompare(b.on)),
  }
}

export const hoursChanges = (before: HoursWish, form: HoursWish): Partial<HoursWish> => changesOf<HoursWish>(tidied(before), tidied(form))

/** What the form differs in, in words. */
export function changedParts(changes: Partial<HoursWish>): string {
  const words = { name: /* @wc-include */ 'name', timezone: 'time zone', weekly: /* @wc-include */ 'week', holidays: /* @wc-include */ 'exceptions' } as const
  return (Object.keys(words) as (keyof typeof words)[]).filter((key) => key in changes).map((key) => words[key]).join(', ')
}

/** Every span can be kept: nothing is empty, and none opens when it closes. */
export const rightTimes = (hours: HoursWish): boolean => [...hours.weekly, ...hours.holidays.flatMap((day) => day.spans)].every((span) => wrongSpan(span) === null)

export interface Bar { from: number; to: number }

/** When a day of the week is open, in minutes of that day, with what goes on after midnight from the day before. */
export function bars(weekly: readonly WeeklyOpeningBody[], day: Day): Bar[] {
  const place = DAYS.findIndex(([one]) => one === day)
  const before = DAYS[(place + 6) % 7]?.[0]
  const right = weekly.filter((span) => wrongSpan(span) === null)
  const own = right.filter((span) => span.day === day).map((span) => ({ from: minutes(span.opens), to: overnight(span) ? WHOLE_DAY : minutes(sent(span).closes) }))
  const late = right.filter((span) => span.day === before && overnight(span)).map((span) => ({ from: 0, to: minutes(span.closes) }))
  return [...late, ...own].filter((bar) => bar.to > bar.from).sort((a, b) => a.from - b.from)
}

export const spansWord = (spans: readonly OpeningSpanBody[]): string =>
  spans.length === 0 ? /* @wc-include */ 'closed' : spans.map((span) => (closingWord(span) === 'the whole day' ? 'all day' : `${span.opens}–${sent(span).closes}`)).join(', ')

/** The week in a line: Mon–Fri 09:00–17:00, Sat 10:00–14:00. */
export function weekWord(weekly: readonly WeeklyOpeningBody[]): string {
  const days = DAYS.map(([day], i) => ({ name: shortWeekday((i + 1) % 7), times: spansWord(weekly.filter((span) => span.day === day)) }))
  const runs: { first: string; last: string; times: string }[] = []
  for (const { name, times } of days) {
    const run = runs.at(-1)
    if (run?.times === times) run.last = name
    else runs.push({ first: name, last: name, times })
  }
  const open = runs.filter((run) => run.times !== 'closed')
  if (open.length === 0) return 'Never open in a usual week'
  return open.map((run) => `${run.first === run.last ? run.first : `${run.first}–${run.last}`} ${run.times}`).join(' · ')
}

/** When it opens next, as the server says, on the clocks of its time zone; nothing while it is open. */
export function openWord(hours: Pick<OpeningHours, 'open' | 'next_open'>, zone: string, now: number): string {
  if (hours.open) return ''
  if (hours.next_open === null) return 'It does not open in the next 400 days.'
  const opens = Date.parse(hours.next_open)
  const at = new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit', hour12: false }).format(opens)
  const days = (Date.parse(dateIn(zone, opens)) - Date.parse(dateIn(zone, now))) / 86_400_000
  if (days <= 1) return days === 1 ? `Opens tomorrow at ${at}.` : `Opens today at ${at}.`
  const day = days < 7 ? weekdayName(new Date(`${dateIn(zone, opens)}T12:00:00Z`).getUTCDay()) : longDay(opens, zone)
  return `Opens ${day} at ${at}.`
}

/** The date (YYYY-MM-DD) that the calendar of a time zone shows at an instant. */
export const dateIn = (zone: string, at: number): string => new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(at)

/** The day of the week and the minute of the day that the clocks of a time zone show. */
export function clockIn(zone: string, at: number): { day: Day; minute: number; word: string } {
  const word = new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit', hour12: false }).format(at)
  return { day: dayOf(dateIn(zone, at)), minute: minutes(word), word }
}

export const dayOf = (on: string): Day => DAYS[(new Date(`${on}T12:00:00Z`).getUTCDay() + 6) % 7]?.[0] ?? 'mon'
export const dateWord = (on: string): string => weekdayAndDate(Date.parse(`${on}T12:00:00Z`), 'UTC')
export const monthWord = (month: string): string => monthOfYear(Date.parse(`${month}-15T12:00:00Z`), 'UTC')

/** `month` is YYYY-MM. */
export function monthAfter(month: string, by: number): string {
  const [year = 0, number = 1] = month.split('-').map(Number)
  return new Date(Date.UTC(year, number - 1 + by, 15)).toISOString().slice(0, 7)
}

/** The weeks of a month, each from Monday to Sunday; null for days of the months beside it. */
export function weeksOf(month: string): (string | null)[][] {
  const [year = 0, number = 1] = month.split('-').map(Number)
  const length = new Date(Date.UTC(year, number, 0)).getUTCDate()
  const blank = DAYS.findIndex(([day]) => day === dayOf(`${month}-01`))
  const days = [...Array<null>(blank).fill(null), ...Array.from({ length }, (_, index) => `${month}-${String(index + 1).padStart(2, '0')}`)]
  const weeks = Array.from({ length: Math.ceil(days.length / 7) }, (_, week) => days.slice(week * 7, week * 7 + 7))
  return weeks.map((week) => [...week, ...Array<null>(7 - week.length).fill(null)])
}
