/** "Call back later": which times are offered. Pure; times are the device's. */

export interface Later { key: 'soon' | 'hours' | 'tomorrow'; word: string; at: Date }

const OPENS_AT = 9

export function laterTimes(now: number): Later[] {
  const tomorrow = new Date(now)
  tomorrow.setDate(tomorrow.getDate() + 1)
  tomorrow.setHours(OPENS_AT, 0, 0, 0)
  return [
    { key: 'soon', word: 'In 30 minutes', at: new Date(now + 30 * 60_000) },
    { key: 'hours', word: 'In 2 hours', at: new Date(now + 120 * 60_000) },
    { key: 'tomorrow', word: 'Tomorrow 9:00', at: tomorrow },
  ]
}

/** An instant as a field for date and time has it: 2026-11-27T15:30, in this device's time. */
export function fieldTime(at: Date): string {
  const two = (n: number): string => String(n).padStart(2, '0')
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}`
}
