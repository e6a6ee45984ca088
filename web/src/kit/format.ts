/** Words and figures: durations, times, numbers, names. Pure; the screens hold no formatting of their own. Days: dates.ts. */
import { dayNumber, shortDay } from './dates'
import { counted, type Noun } from './nouns'
import { regionName } from './regions'

export { date, longDay } from './dates'

const LOCALE = 'en-GB' // figures alone: 14:05
let clock: Intl.DateTimeFormat | null = null
let clockWithSeconds: Intl.DateTimeFormat | null = null
/** Made when they are first asked for: that takes milliseconds. */
const inMinutes = (): Intl.DateTimeFormat => (clock ??= new Intl.DateTimeFormat(LOCALE, { hour: '2-digit', minute: '2-digit', hour12: false }))
const inSeconds = (): Intl.DateTimeFormat => (clockWithSeconds ??= new Intl.DateTimeFormat(LOCALE, { hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false }))

/** Seconds as 0:22, 12:44 or 1:46:20; negative counts as nothing. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds + 1e-6))
  const s = String(whole % 60).padStart(2, '0')
  const minutes = Math.floor(whole / 60)
  if (minutes < 60) return `${minutes}:${s}`
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}:${s}`
}

/** Seconds between an instant (ISO) and now (epoch ms), never negative. */
export function secondsSince(at: string, now: number): number {
  return Math.max(0, (now - Date.parse(at)) / 1000)
}

export const time = (at: string): string => inMinutes().format(Date.parse(at))
export const timeWithSeconds = (at: string): string => inSeconds().format(Date.parse(at))

/** "Today", "Yesterday" or "Tue 24 Nov", in the reader's own time zone. */
export function day(at: string, now: number): string {
  const ms = Date.parse(at)
  const ago = dayNumber(now) - dayNumber(ms)
  if (ago === 0) return 'Today'
  if (ago === 1) return 'Yesterday'
  return shortDay(ms)
}

/** The time for today's calls, the day for older ones: what a list has room for. */
export function shortWhen(at: string, now: number): string {
  const ms = Date.parse(at)
  return dayNumber(now) === dayNumber(ms) ? inMinutes().format(ms) : day(at, now)
}

/** A share (0..1) as "92 %"; nothing measured is a dash. */
export function share(value: number | null): string {
  return value === null ? '–' : `${Math.round(value * 100)} %`
}

const TWO_DIGIT = new Set(
  '20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 60 61 62 63 64 65 66 81 82 84 86 90 91 92 93 94 95 98'.split(' '),
)
const GROUPS: Record<number, readonly number[]> = { 6: [3, 3], 7: [3, 4], 8: [4, 4], 9: [3, 3, 3], 10: [3, 3, 4], 11: [3, 4, 4] }

/** An E.164 number in groups the eye can hold: +97699110718 is "+976 9911 0718". Other text is left as it is. */
export function phoneNumber(number: string | null): string {
  if (number === null || number === '') return 'Number withheld'
  if (!/^\+\d{6,15}$/.test(number)) return number
  const digits = number.slice(1)
  const code = /^[17]/.test(digits) ? digits.slice(0, 1) : TWO_DIGIT.has(digits.slice(0, 2)) ? digits.slice(0, 2) : digits.slice(0, 3)
  const rest = digits.slice(code.length)
  const uk = code === '44' && rest.length === 10
  const sizes = uk && rest.startsWith('20') ? [2, 4, 4] : uk && rest.startsWith('7') ? [4, 6] : (GROUPS[rest.length] ?? [rest.length])
  const parts: string[] = []
  let at = 0
  for (const size of sizes) {
    parts.push(rest.slice(at, at + size))
    at += size
  }
  return `+${code} ${parts.join(' ')}`
}

/** Two letters for a name, in any script; null when there is no name to take them from. */
export function initials(name: string | null): string | null {
  const words = (name ?? '').split(/\s+/).filter((w) => /\p{L}/u.test(w))
  const letters = words.slice(0, 2).map((w) => /\p{L}/u.exec(w)?.[0] ?? '')
  return letters.length === 0 ? null : letters.join('').toLocaleUpperCase()
}

/** What a caller is called: the name, else the number; of one whose data is not to be shown, just that. */
export function callerName(caller: { name: string | null; number: string | null; restricted?: boolean }): string {
  return caller.restricted === true ? 'Restricted' : caller.name ?? phoneNumber(caller.number)
}

/** "once", "twice", "5 times". */
export function times(n: number): string {
  return n === 1 ? /* @wc-include */ 'once' : n === 2 ? /* @wc-include */ 'twice' : `${n} times`
}

/** "a, b and c". */
export const listed = (words: readonly string[]): string => (words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`)

/** "1 agent", "3 agents": of the nouns that nouns.ts has. */
export const count = (n: number, one: Noun): string => counted(n, one)

/** A country code as its name; anything else (a town) as it is. */
export function place(location: string | null): string | null {
  return location !== null && /^[A-Z]{2}$/.test(location) ? (regionName(location) ?? location) : location
}

export const capital = (word: string): string => word.slice(0, 1).toLocaleUpperCase() + word.slice(1)

/** Long spans in words: "38 s", "11 min", "2 h". */
export function span(seconds: number): string {
  return seconds < 90 ? `${Math.round(seconds)} s` : seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`
}

export function greeting(now: number): string {
  const hour = new Date(now).getHours()
  return hour < 5 ? 'Good evening' : hour < 12 ? 'Good morning' : hour < 18 ? 'Good afternoon' : 'Good evening'
}

export const firstName = (name: string): string => name.split(/\s+/)[0] ?? name
