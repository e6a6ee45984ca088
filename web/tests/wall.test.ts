import { describe, expect, it } from 'vitest'
import type { QueueRow, StaffCount } from '../src/kit/model'
import { onWall, pageOf, ROWS, staffOf, staffOfAll } from '../src/kit/wall'

const queue = (name: string, longest_since: string | null, alerts: number): QueueRow =>
  ({ id: name, name, longest_since, alerts: Array.from({ length: alerts }, (_, n) => ({ id: `${name}${n}` })) }) as unknown as QueueRow

describe('the wall', () => {
  it('counts who rings and who is in wrap-up as in a call, and nobody who is offline', () => {
    const counts: StaffCount = { offline: 9, available: 1, offered: 2, on_call: 3, wrap_up: 4, paused: 5 }
    expect(staffOf(counts)).toEqual({ free: 1, inCall: 9, paused: 5 })
  })
  it('counts each agent once', () => expect(staffOfAll([{ state: 'available' }, { state: 'on_call' }, { state: 'offline' }])).toEqual({ free: 1, inCall: 1, paused: 0 }))
  it('shows queues with alerts first, then the longest wait', () => {
    const queues = [queue('Quiet', null, 0), queue('Short', '2026-03-02T07:05:00Z', 0), queue('Long', '2026-03-02T07:00:00Z', 0), queue('Alarmed', null, 1)]
    expect(onWall(queues).map((one) => one.name)).toEqual(['Alarmed', 'Long', 'Short', 'Quiet'])
  })
  it('turns pages where there are more queues than fit, and comes back to the first', () => {
    const all = Array.from({ length: ROWS + 2 }, (_, n) => n)
    expect(pageOf(all, 0)).toEqual({ rows: all.slice(0, ROWS), page: 1, pages: 2 })
    expect(pageOf(all, 1).rows).toEqual(all.slice(ROWS))
    expect(pageOf(all, 2).page).toBe(1)
    expect(pageOf([], 7)).toEqual({ rows: [], page: 1, pages: 1 })
  })
})
