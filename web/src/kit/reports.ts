/** Reports: spans of days, what is shown of a report, and the geometry of its chart. Pure. */

import type { ExportAnswer, ReconciliationAnswer, ReportAnswer, ReportMeasure, TotalRow } from './api-types'
import { shortDay } from './dates'
import { figure } from './figures'
export type { ReportMeasure as Measure, ReportRow, ReportAnswer as Report, TotalsAnswer as Totals } from './api-types'

export type By = ReportAnswer['by']
export type Span = 'today' | 'yesterday' | 'week' | 'this-week' | 'last-week' | 'month' | 'last-month' | 'own'
export type Value = number | null
export type Export = Pick<ExportAnswer, 'id' | 'state' | 'format' | 'percent' | 'rows_done' | 'trouble'>
/** What a night's comparison of call records with Asterisk's own log found, in short. */
export type Compared = Pick<ReconciliationAnswer, 'day' | 'state' | 'calls' | 'found'>
export type Direction = 'inbound' | 'outbound' | 'internal' | 'callback'
/** `compare`: with the same weekdays before; `measures`: the figures that are shown, empty: all. Empty values filter nothing. */
export interface Choice { span: Span; from: string; to: string; by: By; queue: string; agent: string; direction: Direction | ''; compare: boolean; measures: readonly string[] }
/** What a report is narrowed to, as addresses of the history name it. */
export type Filters = Readonly<Partial<Record<'queue' | 'agent' | 'direction', string>>>

export const SPANS: readonly { key: Span; label: string }[] = [
  { key: 'today', label: 'Today' },
  { key: 'yesterday', label: 'Yesterday' },
  { key: 'week', label: '7 days' },
  { key: 'month', label: 'This month' },
  { key: 'own', label: 'Other days' },
]
/** Of reports: days of one's own come last. */
export const REPORT_SPANS: readonly { key: Span; label: string }[] = [
  ...SPANS.slice(0, 3),
  { key: 'this-week', label: 'This week' },
  { key: 'last-week', label: 'Last week' },
  { key: 'month', label: 'This month' },
  { key: 'last-month', label: 'Last month' },
  { key: 'own', label: 'Other days' },
]
export const GROUPS: readonly { key: By; label: string }[] = [
  { key: 'hour', label: 'Hour' },
  { key: 'day', label: 'Day' },
  { key: 'queue', label: 'Queue' },
  { key: 'agent', label: 'Agent' },
  { key: 'disposition', label: 'Disposition' },
]
export const FIRST: Choice = { span: 'today', from: '', to: '', by: 'hour', queue: '', agent: '', direction: '', compare: false, measures: [] }

/** The day (YYYY-MM-DD) that an instant is in, on an organisation's clock. */
export function dayIn(zone: string, now: number): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(now)
}

/** So many days after (or before) a day, both YYYY-MM-DD. */
export function plus(day: string, days: number): string {
  return new Date(Date.parse(`${day}T12:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10)
}

/** The first and the last day of a choice; a span of one's own that is turned round is put right. */
export function daysOf(choice: Choice, today: string): [string, string] {
  if (choice.span === 'yesterday') return [plus(today, -1), plus(today, -1)]
  if (choice.span === 'week') return [plus(today, -6), today]
  const monday = plus(today, -((new Date(`${today}T12:00:00Z`).getUTCDay() + 6) % 7))
  if (choice.span === 'this-week') return [monday, today]
  if (choice.span === 'last-week') return [plus(monday, -7), plus(monday, -1)]
  if (choice.span === 'month') return [`${today.slice(0, 7)}-01`, today]
  if (choice.span === 'last-month') {
    const last = plus(`${today.slice(0, 7)}-01`, -1)
    return [`${last.slice(0, 7)}-01`, last]
  }
  if (choice.span === 'own' && choice.from !== '') {
    const to = choice.to === '' ? choice.from : choice.to
    return choice.from <= to ? [choice.from, to] : [to, choice.from]
  }
  return [today, today]
}

/** What was remembered, as far as it is still a choice. */
export function remembered(kept: string | null): Choice {
  try {
    const found = JSON.parse(kept ?? '') as Partial<Choice>
    const span = REPORT_SPANS.some((one) => one.key === found.span) ? (found.span as Span) : FIRST.span
    const by = GROUPS.some((one) => one.key === found.by) ? (found.by as By) : FIRST.by
    const day = (value: unknown): string => (typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value) ? value : '')
    const text = (value: unknown): string => (typeof value === 'string' ? value : '')
    const direction = (['inbound', 'outbound', 'internal', 'callback'] as const).find((one) => one === found.direction) ?? ''
    const measures = Array.isArray(found.measures) ? found.measures.filter((one) => typeof one === 'string') : []
    return { span, by, from: day(found.from), to: day(found.to), queue: text(found.queue), agent: text(found.agent), direction, compare: found.compare === true, measures }
  } catch {
    return FIRST
  }
}

/** A value in its unit: 1,204 · 3:05 · 92 %; nothing measured is a dash. */
export function shownValue(value: Value | undefined, unit: ReportMeasure['unit']): string {
  if (value === null || value === undefined) return '–'
  if (unit === 'share') return `${Math.round(value * 100)} %`
  if (unit === 'count') return figure(value)
  const whole = Math.round(value)
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60]
  const two = (n: number): string => String(n).padStart(2, '0')
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`
}

/** Measures whose calls can be listed. */
export const COUNTED: ReadonlySet<string> = new Set(['calls', 'offered', 'answered', 'abandoned', 'short_abandoned', 'elsewhere', 'handled', 'transfers', 'rung', 'took', 'ring_no_answer', 'declined'])

/** Where the calls behind a figure are listed; null for a figure that is not one of calls, and where there are none. `row`: its key; undefined: the total. */
export function drilled(report: Pick<ReportAnswer, 'by' | 'from' | 'to'>, filters: Filters, measure: string, value: Value | undefined, row: string | null | undefined): string | null {
  if (!COUNTED.has(measure) || value === undefined || value === null || value === 0) return null
  const cell = row === undefined ? {} : report.by === 'day' ? { from: row ?? '', to: row ?? '' } : { [report.by]: row ?? 'none' }
  const parts = { from: report.from, to: report.to, ...filters, ...cell, counted: measure }
  return `#/history?${new URLSearchParams(parts).toString()}`
}

/** By how much a figure differs from the one before, with its sign, and in words; null where one of them is missing. */
export function difference(value: Value | undefined, before: Value | undefined, unit: ReportMeasure['unit']): { short: string; words: string } | null {
  if (value === null || value === undefined || before === null || before === undefined) return null
  const was = shownValue(before, unit)
  const by = unit === 'share' ? Math.round(value * 100) - Math.round(before * 100) : Math.round(value) - Math.round(before)
  if (by === 0) return { short: '±0', words: `the same as before: ${was}` }
  const more = by > 0
  const much = unit === 's' ? shownValue(Math.abs(by), 's') : figure(Math.abs(by))
  const points = Math.abs(by) === 1 ? 'one point' : `${much} points`
  const words = unit === 'share' ? (more ? `${points} more than before: ${was}` : `${points} less than before: ${was}`) : more ? `${much} more than before: ${was}` : `${much} less than before: ${was}`
  return { short: `${more ? '+' : '−'}${much}`, words }
}

/** With what a report is compared, in the organisation's time. */
export function beforeSaid({ from, to, until }: NonNullable<ReportAnswer['before']>, zone: string): string {
  const day = (text: string): string => shortDay(Date.parse(`${text}T12:00:00Z`), 'UTC')
  const days = from === to ? day(from) : `${day(from)} to ${day(to)}`
  if (until === null) return `Compared with ${days}.`
  const at = new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit' }).format(Date.parse(until))
  return `Compared with ${days}, up to ${at} as today.`
}

/** The days of a total: one, or the first and the last of several. */
export function totalDays(row: Pick<TotalRow, 'from' | 'to'>): string {
  return row.from === row.to ? row.from : `${row.from} to ${row.to}`
}

/** One sentence about the newest days of the nightly comparison, the newest first; null where there is nothing to say. */
export function comparedSaid(days: readonly Compared[]): { text: string; differs: boolean } | null {
  const done = days.filter((one) => one.state === 'done')
  const differing = done.filter((one) => one.found > 0)
  const found = differing.reduce((sum, one) => sum + one.found, 0)
  if (found > 0) {
    const what = found === 1 ? 'One difference' : `${found} differences`
    return { text: `${what} between the call records and the telephone system's own log: ${differing.map((one) => one.day).join(', ')}.`, differs: true }
  }
  const newest = done[0]
  if (newest === undefined) return null
  const calls = newest.calls === 1 ? 'the one call agrees' : newest.calls === 0 ? 'there was no call' : `all ${figure(newest.calls)} calls agree`
  return { text: `Compared with the telephone system's own log: on ${newest.day} ${calls}.`, differs: false }
}

export interface Bar { name: string; x: number; width: number; answered: number; rest: number; level: number | null; title: string }
/** `former`: the offered stays before, as a line; empty where nothing is compared. */
export interface Chart { bars: Bar[]; top: number; line: string; former: string }

/** A round number at or above the greatest value, for the axis. */
export function roundTop(most: number): number {
  const step = 10 ** Math.floor(Math.log10(Math.max(1, most)))
  return [1, 2, 5, 10].map((n) => n * step).find((n) => n >= most) ?? most
}

/** Bars of offered stays (answered below, the rest above) and the line of the service level, in a box of 0..1 by 0..1. */
export function chart(report: ReportAnswer): Chart {
  const offered = (row: ReportAnswer['rows'][number]): number => row.values['offered'] ?? 0
  const was = (row: ReportAnswer['rows'][number]): number | null => row.before?.['offered'] ?? null
  const top = roundTop(Math.max(1, ...report.rows.map(offered), ...report.rows.map((row) => was(row) ?? 0)))
  const each = 1 / Math.max(1, report.rows.length)
  const bars = report.rows.map((row, n) => {
    const answered = Math.min(row.values['answered'] ?? 0, offered(row))
    const level = row.values['service_level'] ?? null
    const before = was(row)
    const title = [`${row.name}: ${offered(row)} offered, ${answered} answered`, level === null ? '' : `${Math.round(level * 100)} % in time`, before === null ? '' : `${before} offered on the same weekdays before`].filter(Boolean).join(', ')
    return { name: row.name, x: n * each, width: each, answered: answered / top, rest: (offered(row) - answered) / top, level, title }
  })
  const line = bars.reduce((path, bar, n) => {
    if (bar.level === null) return path
    const begins = n === 0 || bars[n - 1]?.level === null
    return `${path}${begins ? 'M' : 'L'}${(bar.x + bar.width / 2).toFixed(4)} ${(1 - bar.level).toFixed(4)}`
  }, '')
  const former = report.rows.map((row, n) => ({ n, value: was(row) })).filter(({ value }) => value !== null)
    .map(({ n, value }, at) => `${at === 0 ? 'M' : 'L'}${((n + 0.5) * each).toFixed(4)} ${(1 - (value ?? 0) / top).toFixed(4)}`).join('')
  return { bars, top, line, former: report.before === null ? '' : former }
}
