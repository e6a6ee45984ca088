/**
 * Days in words. The names of days and months stand here as texts, since browsers do not know them in each language of the
 * app (Chromium has no Mongolian). Pure.
 */

interface Parts { year: number; month: number; day: number; weekday: number }

const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const
const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'] as const
/* @wc-context: short */
const SHORT_WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const
/* @wc-context: short */
const SHORT_MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sept', 'Oct', 'Nov', 'Dec'] as const

/** As the clock of a time zone has it (IANA name), or of the browser. */
function partsOf(ms: number, timeZone?: string): Parts {
  if (timeZone === undefined) {
    const d = new Date(ms)
    return { year: d.getFullYear(), month: d.getMonth(), day: d.getDate(), weekday: d.getDay() }
  }
  const [year = 0, month = 1, day = 1] = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(ms).split('-').map(Number)
  return { year, month: month - 1, day, weekday: new Date(Date.UTC(year, month - 1, day)).getUTCDay() }
}

/** Of the weekday 0 (Sunday) to 6. */
export const weekdayName = (weekday: number): string => WEEKDAYS[weekday] ?? ''
export const shortWeekday = (weekday: number): string => SHORT_WEEKDAYS[weekday] ?? ''

/** "Tue 24 Nov". `ms`: epoch. */
export function shortDay(ms: number, timeZone?: string): string {
  const { month, day, weekday } = partsOf(ms, timeZone)
  return /* @wc-include */ /* @wc-context: short day, as Tue 24 Nov */ `${SHORT_WEEKDAYS[weekday]} ${day} ${SHORT_MONTHS[month]}`
}

/** "Tuesday 24 November". */
export function longDay(ms: number, timeZone?: string): string {
  const { month, day, weekday } = partsOf(ms, timeZone)
  return /* @wc-include */ /* @wc-context: day, as Tuesday 24 November */ `${WEEKDAYS[weekday]} ${day} ${MONTHS[month]}`
}

/** "24 November". */
export function dayOfMonth(ms: number, timeZone?: string): string {
  const { month, day } = partsOf(ms, timeZone)
  return /* @wc-include */ /* @wc-context: day, as 24 November */ `${day} ${MONTHS[month]}`
}

/** "24 November 2026". `at`: ISO 8601. */
export const date = (at: string): string => dateOf(Date.parse(at))

export function dateOf(ms: number, timeZone?: string): string {
  const { year, month, day } = partsOf(ms, timeZone)
  return /* @wc-include */ /* @wc-context: date, as 24 November 2026 */ `${day} ${MONTHS[month]} ${year}`
}

/** "Tue 24 November 2026". */
export function weekdayAndDate(ms: number, timeZone?: string): string {
  const { year, month, day, weekday } = partsOf(ms, timeZone)
  return /* @wc-include */ /* @wc-context: date, as Tue 24 November 2026 */ `${SHORT_WEEKDAYS[weekday]} ${day} ${MONTHS[month]} ${year}`
}

/** "November 2026". */
export function monthOfYear(ms: number, timeZone?: string): string {
  const { year, month } = partsOf(ms, timeZone)
  return /* @wc-include */ /* @wc-context: month, as November 2026 */ `${MONTHS[month]} ${year}`
}

/** "24 November 2026, 14:05". */
export const dateAndTime = (ms: number): string => `${dateOf(ms)}, ${new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', hour12: false }).format(ms)}`

/** Days since 1970, by the browser's own clock. */
export function dayNumber(ms: number): number {
  const d = new Date(ms)
  return Math.floor(Date.UTC(d.getFullYear(), d.getMonth(), d.getDate()) / 86_400_000)
}

/** An IANA time zone as people read it: "America/New York". */
export const zoneWord = (zone: string): string => zone.replaceAll('_', ' ')
