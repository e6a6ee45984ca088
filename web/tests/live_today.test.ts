import { describe, expect, it } from 'vitest'
import { pressed, sorted, type AgentOrder } from '../src/kit/agents_sorted'
import type { AgentRow } from '../src/kit/model'
import { chart } from '../src/kit/reports'
import { hoursShown, todayReport } from '../src/kit/today'

const agent = (id: string, state: AgentRow['state']): AgentRow => ({ id, name: id, state, since: '', reason: null, call_id: null, pause_limit_at: null, overdue: false, with: null })
const AGENTS = [agent('Zoe', 'available'), agent('Ann', 'offline'), agent('Bob', 'on_call'), agent('Cy', 'available')]
const FIGURES = new Map([['Zoe', 3, 90], ['Bob', 12, 60], ['Cy', 3, 200]].map(([id, handled, s]) => [String(id), { id: String(id), handled: Number(handled), handle_time_s: Number(s) }]))
const names = (order: AgentOrder): string => sorted(AGENTS, FIGURES, order).map((one) => one.name).join(' ')

describe('agents', () => {
  it('are listed by what they do, until a column is chosen', () => expect(names({ column: null, down: false })).toBe('Bob Cy Zoe Ann'))
  it.each([
    [{ column: 'name', down: false }, 'Ann Bob Cy Zoe'],
    [{ column: 'name', down: true }, 'Zoe Cy Bob Ann'],
    [{ column: 'state', down: true }, 'Ann Cy Zoe Bob'],
    [{ column: 'handled', down: true }, 'Bob Cy Zoe Ann'],
    [{ column: 'handle_time_s', down: true }, 'Cy Zoe Bob Ann'],
    [{ column: 'handle_time_s', down: false }, 'Bob Zoe Cy Ann'],
  ] as const)('by %o: those without a figure last', (order, text) => expect(names(order)).toBe(text))
  it('a head is pressed once for the greatest, again for the least, a third time for the order at first', () => {
    const once = pressed({ column: null, down: false }, 'handled')
    expect(once).toEqual({ column: 'handled', down: true })
    const twice = pressed(once, 'handled')
    expect(twice).toEqual({ column: 'handled', down: false })
    expect(pressed(twice, 'handled')).toEqual({ column: null, down: false })
    expect(pressed(once, 'name')).toEqual({ column: 'name', down: false })
  })
})

describe('hours of today', () => {
  const hours = (...offered: number[]): Parameters<typeof hoursShown>[0] => offered.map((n, hour) => ({ key: String(hour), name: `${hour}:00`, values: { offered: n, answered: n }, before: null }))
  const shown = (...offered: number[]): number[] => hoursShown(hours(...offered)).map((hour) => Number(hour.key))
  it('begin with the first that had a caller', () => expect(shown(0, 0, 1, 0, 4, 5, 0, 2, 0)).toEqual([2, 3, 4, 5, 6, 7, 8]))
  it('are six at least, where so many have begun', () => {
    expect(shown(0, 0, 0, 0, 0, 0, 0, 0, 7)).toEqual([3, 4, 5, 6, 7, 8])
    expect(shown(0, 0, 0, 0, 0, 0, 0)).toEqual([1, 2, 3, 4, 5, 6])
    expect(shown(0, 1)).toEqual([0, 1])
  })
  it('are drawn as a report is, the hour that goes on as the last', () => {
    const report = todayReport({ at: '', day: '2026-03-02', time_zone: 'UTC', agents: [], hours: [...hours(0, 4, 2)], total: {} })
    expect(chart(report).bars.map((bar) => bar.name)).toEqual(['0:00', '1:00', '2:00'])
  })
})
