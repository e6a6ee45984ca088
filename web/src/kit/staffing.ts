/** How many agents: what is asked, the figures of a team, and the geometry of the curves. Pure. */
import type { StaffingCurve as Answer, StaffingPoint as Point } from './api-types'
import { roundTop, type Report } from './reports'

export type { StaffingCurve as Curve, StaffingPoint as Point } from './api-types'

/** As it is typed; an empty patience: callers never hang up. */
export interface Wish { calls: string; handle: string; wrapUp: string; patience: string; target: string; goal: string }
export const FIRST: Wish = { calls: '120', handle: '240', wrapUp: '30', patience: '180', target: '20', goal: '80' }
export const DAYS = 7

/** The wish as the API takes it. */
export function asked(wish: Wish): Record<string, string> {
  return {
    arrivals_per_hour: wish.calls, handle_s: wish.handle, wrap_up_s: wish.wrapUp === '' ? '0' : wish.wrapUp, ...(wish.patience === '' ? {} : { patience_s: wish.patience }),
    target_s: wish.target, goal: String(Number(wish.goal) / 100),
  }
}

export interface Busiest { hour: string; calls: number; handle: number | null; wrapUp: number | null }

/** The hour of the day with the most calls, on an average of the days that had calls then; null where there was none. Of each day a report by hours. */
export function busiest(days: readonly Report[]): Busiest | null {
  const hours = new Map<string, { hour: string; calls: number; days: number }>()
  for (const row of days.flatMap((day) => day.rows)) {
    const calls = row.values['offered'] ?? 0
    const before = hours.get(row.key ?? row.name)
    if (calls > 0) hours.set(row.key ?? row.name, { hour: row.name, calls: calls + (before?.calls ?? 0), days: 1 + (before?.days ?? 0) })
  }
  const most = [...hours.values()].reduce<{ hour: string; calls: number; days: number } | null>((best, one) => (one.calls > (best?.calls ?? 0) ? one : best), null)
  if (most === null) return null
  const of = (key: string): number => days.reduce((sum, day) => sum + (day.total[key] ?? 0), 0)
  // Not by `handled`: a transferred call is several there, and takes the time of all of them.
  const answered = of('answered')
  const each = (seconds: number): number | null => (answered === 0 ? null : Math.round(seconds / answered))
  return { hour: most.hour, calls: Math.max(1, Math.round((most.calls / most.days) * 10) / 10), handle: each(of('talk_s') + of('hold_s')), wrapUp: each(of('wrap_up_s')) }
}

/** The team to look at first: the smallest that keeps the goal, else the largest that was tried. */
export const firstOf = (answer: Answer): number => answer.smallest ?? answer.points.at(-1)?.agents ?? 0

export const WHATS = ['service_level', 'average_speed_of_answer_s'] as const
export type What = (typeof WHATS)[number]
export interface Drawn {
  /** The value at the upper edge. */
  top: number
  line: string
  /** What lies between the ends of the intervals. */
  band: string
  formula: string
  dots: { agents: number; x: number; y: number }[]
  /** Where a number of agents, and a value, is: 0 to 100, from the left and from the top. */
  x: (agents: number) => number
  y: (value: number) => number
}

/** Longer waits than this are of teams that nobody would choose; they leave the picture at its upper edge. */
function topOf(answer: Answer, what: What): number {
  if (what === 'service_level') return 1
  const waits = answer.points.flatMap((point) => point.average_speed_of_answer_s.value ?? [])
  return roundTop(Math.min(Math.max(1, ...waits), Math.max(30, 4 * answer.target_s)))
}

/** Both curves in a box of 100 by 100. */
export function drawn(answer: Answer, what: What): Drawn {
  const [least, most] = [answer.points[0]?.agents ?? 0, answer.points.at(-1)?.agents ?? 1]
  const top = topOf(answer, what)
  const x = (agents: number): number => 3 + (94 * (agents - least)) / Math.max(1, most - least)
  const y = (value: number): number => 3 + 94 * (1 - value / top)
  const path = (places: readonly (readonly [number, number])[]): string => places.map(([left, above], n) => `${n === 0 ? 'M' : 'L'}${left.toFixed(2)} ${above.toFixed(2)}`).join('')
  const known = answer.points.filter((point) => point[what].value !== null)
  const at = (point: Point, value: number | null): readonly [number, number] => [x(point.agents), y(Math.max(0, Math.min(value ?? 0, what === 'service_level' ? 1 : Infinity)))]
  const band = [...known.map((point) => at(point, point[what].high ?? point[what].value)), ...known.toReversed().map((point) => at(point, point[what].low ?? point[what].value))]
  return {
    top, x, y,
    line: path(known.map((point) => at(point, point[what].value))),
    band: band.length === 0 ? '' : `${path(band)}Z`,
    formula: path(answer.points.flatMap((point) => (point.erlang_c === null ? [] : [at(point, point.erlang_c[what])]))),
    dots: known.map((point) => ({ agents: point.agents, x: x(point.agents), y: y(point[what].value ?? 0) })).filter((dot) => dot.y >= 0),
  }
}

/** Sizes to write under the curve: as many as there is room for, with the first and the last. */
export function ticks(points: readonly Point[], most: number): number[] {
  const [first, last] = [points[0]?.agents, points.at(-1)?.agents]
  if (first === undefined || last === undefined) return []
  const step = [1, 2, 5, 10, 20, 50].find((one) => (last - first) / one <= most) ?? 100
  return Array.from({ length: Math.floor((last - first) / step) + 1 }, (_, n) => first + n * step)
}

/** The team of that size, or the nearest. */
export const nearest = (points: readonly Point[], agents: number): Point | null =>
  points.reduce<Point | null>((best, one) => (best === null || Math.abs(one.agents - agents) < Math.abs(best.agents - agents) ? one : best), null)

/** Seconds with what matters of them: 0.4 s, 9 s, 2 min. */
export const waited = (seconds: number): string => (seconds < 10 ? `${Math.round(seconds * 10) / 10} s` : seconds < 120 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`)
/** A share as a whole number of percents, but never a rounded 100. */
export const percent = (value: number | null): string => (value === null ? '–' : `${value < 1 ? Math.min(99, Math.round(value * 100)) : 100} %`)
