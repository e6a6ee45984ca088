import { describe, expect, it, vi } from 'vitest'
import type { Report } from '../src/kit/reports'
import { api } from '../src/links/api'
import { staffing } from '../src/rooms/staffing.svelte'
import { asked, busiest, drawn, firstOf, FIRST, nearest, percent, ticks, waited, type Curve } from '../src/kit/staffing'

const sure = (value: number) => ({ value, low: value - 0.1, high: value + 0.1 })
const point = (agents: number, level: number, wait: number, formula: number | null) => ({
  agents, service_level: sure(level), average_speed_of_answer_s: sure(wait), abandoned: sure(0), occupancy: sure(0.8),
  erlang_c: formula === null ? null : { service_level: formula, average_speed_of_answer_s: 400 },
})
const CURVE: Curve = { erlangs: 9, target_s: 20, goal: 0.8, smallest: 12, smallest_erlang_c: 13, calls: 6000, points: [point(8, 0.5, 90, null), point(10, 0.7, 20, 0.4), point(12, 0.9, 5, 0.75)] }

describe('the curve', () => {
  it('stands where its figures say, and the formula is drawn where it has an answer', () => {
    const box = drawn(CURVE, 'service_level')
    expect([box.x(8), box.x(10), box.x(12)]).toEqual([3, 50, 97])
    expect([box.y(1), box.y(0)]).toEqual([3, 97])
    expect(box.formula).toBe('M50.00 59.40L97.00 26.50')
    expect(box.line.split('L')).toHaveLength(3)
    expect(box.dots.map((dot) => dot.agents)).toEqual([8, 10, 12])
  })
  it('of waits ends where nobody would choose a team: what is longer leaves the picture', () => {
    const box = drawn(CURVE, 'average_speed_of_answer_s')
    expect(box.top).toBe(100)
    expect(drawn({ ...CURVE, points: [point(8, 0.1, 5000, null), ...CURVE.points.slice(1)] }, 'average_speed_of_answer_s').top).toBe(100)
    expect(drawn({ ...CURVE, points: [point(8, 0.1, 5000, null), ...CURVE.points.slice(1)] }, 'average_speed_of_answer_s').dots.map((dot) => dot.agents)).toEqual([10, 12])
  })
  it('is looked at where the goal is kept, else at the largest team', () => {
    expect(firstOf(CURVE)).toBe(12)
    expect(firstOf({ ...CURVE, smallest: null })).toBe(12)
    expect(nearest(CURVE.points, 11.4)?.agents).toBe(12)
  })
  it('has room for its numbers', () => {
    expect(ticks(CURVE.points, 7)).toEqual([8, 9, 10, 11, 12])
    expect(ticks([point(80, 0, 0, null), point(120, 0, 0, null)], 7)).toEqual([80, 90, 100, 110, 120])
    expect(ticks([], 7)).toEqual([])
  })
})

describe('the figures', () => {
  it('are asked for as the API takes them', () => {
    expect(asked(FIRST)).toEqual({ arrivals_per_hour: '120', handle_s: '240', wrap_up_s: '30', patience_s: '180', target_s: '20', goal: '0.8' })
    expect(asked({ ...FIRST, patience: '', wrapUp: '' })).toEqual({ arrivals_per_hour: '120', handle_s: '240', wrap_up_s: '0', target_s: '20', goal: '0.8' })
  })
  it('of a queue are those of its busiest hour', () => {
    const row = (key: string, offered: number) => ({ key, name: `${key}:00`, values: { offered } })
    const day = (...rows: ReturnType<typeof row>[]) => ({ rows, total: { answered: 50, handled: 80, talk_s: 10_000, hold_s: 500, wrap_up_s: 1_500 } }) as unknown as Report
    const none = { rows: [row('11', 0)], total: {} } as unknown as Report
    expect(busiest([...Array.from({ length: 5 }, () => day(row('09', 30), row('11', 100))), none, none])).toEqual({ hour: '11:00', calls: 100, handle: 210, wrapUp: 30 })
    expect(busiest([day(row('09', 30), row('11', 9)), day(row('11', 20)), none])).toMatchObject({ hour: '09:00', calls: 30 })
    expect(busiest([none])).toBeNull()
    expect(busiest([{ ...day(row('11', 2)), total: {} } as unknown as Report])).toMatchObject({ handle: null, wrapUp: null })
  })
  it('are said shortly, and a hundred percent only where it is', () => {
    expect([waited(0.44), waited(9.4), waited(74.6), waited(300)]).toEqual(['0.4 s', '9.4 s', '75 s', '5 min'])
    expect([percent(0.997), percent(1), percent(null)]).toEqual(['99 %', '100 %', '–'])
  })
})

it('asks for seven whole days on the organisation’s clock, whatever this browser’s is', async () => {
  vi.useFakeTimers({ now: Date.parse('2026-11-30T17:00:00Z') })
  const asked: string[] = []
  vi.spyOn(api, 'report').mockImplementation((question) => {
    asked.push(`${question['from']} ${question['to']}`)
    return Promise.resolve({ time_zone: 'Asia/Ulaanbaatar', rows: [], total: {} } as unknown as Report)
  })
  const zone = Intl.DateTimeFormat.prototype.resolvedOptions
  vi.spyOn(Intl.DateTimeFormat.prototype, 'resolvedOptions').mockImplementation(function (this: Intl.DateTimeFormat) { return { ...zone.call(this), timeZone: 'UTC' } })
  await staffing.take({ id: 'que_1', name: 'Support', service_level_s: 20 })
  vi.restoreAllMocks()
  vi.useRealTimers()
  expect(staffing.problem).toBeNull()
  // In Ulaanbaatar it is the 1st of December already.
  expect(asked.slice(1)).toEqual(['30', '29', '28', '27', '26', '25', '24'].map((day) => `2026-11-${day} 2026-11-${day}`))
})
