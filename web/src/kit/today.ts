/** Today's hours as a report that the charts can draw. Pure. */
import type { ReportRow, TodayAnswer } from './api-types'
import type { Report } from './reports'

/** So many hours stand there at least: one bar alone is no chart. */
const FEWEST = 6

/** From the first hour with a caller on, but for the empty ones before it: the night says nothing. */
export function hoursShown(hours: readonly ReportRow[]): ReportRow[] {
  const first = hours.findIndex((hour) => (hour.values['offered'] ?? 0) > 0)
  const from = first === -1 ? hours.length : first
  return hours.slice(Math.max(0, Math.min(from, hours.length - FEWEST)))
}

export const todayReport = (figures: TodayAnswer): Report => ({
  by: 'hour', from: figures.day, to: figures.day, time_zone: figures.time_zone, measures: [], rows: hoursShown(figures.hours), total: figures.total, before: null,
})
