/** Saved reports: from what is chosen to what is saved and back, and when one is sent, in words. Pure. */
import { longDay, weekdayName } from './dates'
import type { SavedReport, SavedReportWish, ScheduleWish } from './model'
import type { By, Choice, Span } from './reports'

export type Every = ScheduleWish['every']
type Period = SavedReportWish['period']
const PERIOD: Record<Exclude<Span, 'own'>, Period> = {
  today: 'today', yesterday: 'yesterday', week: 'last_7_days', 'this-week': 'this_week', 'last-week': 'last_week', month: 'this_month', 'last-month': 'last_month',
}
const SPAN = Object.fromEntries(Object.entries(PERIOD).map(([span, period]) => [period, span])) as Record<Period, Span>

/** Null for days of one's own: what is saved moves with the day. */
export const periodOf = (choice: Choice): Period | null => (choice.span === 'own' ? null : PERIOD[choice.span])

/** What opening a saved report chooses. */
export function choiceOf(saved: SavedReport): Choice {
  return {
    span: SPAN[saved.period as Period], from: '', to: '', by: saved.by as By, queue: saved.queue_id ?? '', agent: saved.agent_id ?? '',
    direction: saved.direction ?? '', compare: saved.compare, measures: saved.measures,
  }
}

/** Whether what is chosen is still what was saved. */
export function isAs(saved: SavedReport, choice: Choice): boolean {
  const was = choiceOf(saved)
  return was.span === choice.span && was.by === choice.by && was.queue === choice.queue && was.agent === choice.agent && was.direction === choice.direction && was.compare === choice.compare && was.measures.join() === choice.measures.join()
}

export interface Form { name: string; shared: boolean; sent: boolean; every: Every; hour: number; weekday: number; day: number; recipients: readonly string[]; measures: readonly string[] }

/** The form of a saved report, or of a new one, which is sent to nobody yet. */
export function formOf(saved: SavedReport | null, me: string, measures: readonly string[]): Form {
  const schedule = saved?.schedule ?? null
  return {
    name: saved?.name ?? '', shared: saved?.shared ?? false, sent: schedule !== null, every: (schedule?.every ?? 'week') as Every, hour: schedule?.hour ?? 8, weekday: schedule?.weekday ?? 0, day: schedule?.day ?? 1,
    recipients: schedule?.recipients.map((one) => one.id) ?? [me], measures,
  }
}

export const scheduleOf = ({ every, hour, weekday, day }: Form): Omit<ScheduleWish, 'recipients'> => ({ every, hour, weekday: every === 'week' ? weekday : 0, day: every === 'month' ? day : 1 })

/** Null where the choice has days of one's own. `may`: who can be sent it; others are left out. A report that is not shared goes to its maker alone. */
export function wishOf(choice: Choice, form: Form, me: string, may: readonly string[]): SavedReportWish | null {
  const period = periodOf(choice)
  if (period === null) return null
  const recipients = (form.shared ? form.recipients : [me]).filter((one) => may.includes(one))
  return {
    name: form.name, period, by: choice.by, queue_id: choice.queue || null, agent_id: choice.agent || null, direction: choice.direction || null,
    compare: choice.compare, measures: [...form.measures], shared: form.shared, schedule: form.sent ? { ...scheduleOf(form), recipients } : null,
  }
}

export const EVERY: readonly (readonly [Every, string])[] = [['day', 'Every day'], ['week', 'Every week'], ['month', 'Every month']]
/** Monday first, as the server counts them. */
export const WEEKDAYS = (): readonly (readonly [string, string])[] => [1, 2, 3, 4, 5, 6, 0].map((day, n) => [String(n), weekdayName(day)] as const)
export const HOURS: readonly (readonly [string, string])[] = Array.from({ length: 24 }, (_, hour) => [String(hour), `${String(hour).padStart(2, '0')}:00`] as const)
export const DAYS: readonly (readonly [string, string])[] = Array.from({ length: 31 }, (_, n) => [String(n + 1), String(n + 1)] as const)

/** "Every Monday, 08:00". */
export function scheduleSaid({ every, hour, weekday, day }: { every: string; hour: number; weekday: number; day: number }): string {
  const at = HOURS[hour]?.[1] ?? ''
  if (every === 'day') return `Every day, ${at}`
  if (every === 'week') return `Every week, ${weekdayName((weekday + 1) % 7)}, ${at}`
  return day === 31 ? `On the last day of each month, ${at}` : `On day ${day} of each month, ${at}`
}

/** "Monday 7 December, 08:00", on the organisation's clock. */
export function timeSaid(at: string, zone: string): string {
  const ms = Date.parse(at)
  return /* @wc-ignore */ `${longDay(ms, zone)}, ${new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit' }).format(ms)}`
}

const STOPPED: Record<NonNullable<SavedReport['stopped']>, string> = {
  maker_gone: 'Not sent: the account of who saved it is deleted. Open it and save one of your own.',
  maker_disabled: 'Not sent: the account of who saved it is disabled.',
  maker_may_not: 'Not sent: who saved it may not see reports any more.',
  queue_gone: 'Not sent: its queue is deleted.',
  agent_gone: 'Not sent: its agent is deleted.',
  nobody_to_send_to: 'Not sent: nobody whom it was sent to may see reports any more.',
}
export const stoppedSaid = (saved: SavedReport): string => (saved.stopped === null ? '' : STOPPED[saved.stopped])
