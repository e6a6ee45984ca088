import { describe, expect, it } from 'vitest'
import type { SavedReport } from '../src/kit/model'
import { FIRST, type Choice } from '../src/kit/reports'
import { choiceOf, formOf, isAs, periodOf, scheduleSaid, stoppedSaid, timeSaid, wishOf } from '../src/kit/saved_reports'

const SAVED: SavedReport = {
  id: 'srp_1', name: 'Monday', period: 'last_week', by: 'queue', queue_id: 'que_1', agent_id: null, direction: 'inbound', compare: true, measures: ['offered'],
  shared: true, made_by: { id: 'usr_1', name: 'Sam' }, may_change: true, may_remove: true,
  schedule: { every: 'week', hour: 7, weekday: 0, day: 1, recipients: [{ id: 'usr_1', name: 'Sam' }, { id: 'usr_2', name: 'Kim' }] },
  next_at: '2026-12-07T06:00:00.000Z', sent_at: null, stopped: null, created_at: '2026-12-01T06:00:00.000Z',
}

describe('a saved report', () => {
  it('is chosen as it was saved, and saved as it is chosen', () => {
    const choice = choiceOf(SAVED)
    expect(choice).toEqual({ span: 'last-week', from: '', to: '', by: 'queue', queue: 'que_1', agent: '', direction: 'inbound', compare: true, measures: ['offered'] } satisfies Choice)
    expect(wishOf(choice, formOf(SAVED, 'usr_1', choice.measures), 'usr_1', ['usr_1', 'usr_2'])).toEqual({
      name: 'Monday', period: 'last_week', by: 'queue', queue_id: 'que_1', agent_id: null, direction: 'inbound', compare: true, measures: ['offered'], shared: true,
      schedule: { every: 'week', hour: 7, weekday: 0, day: 1, recipients: ['usr_1', 'usr_2'] },
    })
  })
  it('that is not shared goes to its maker alone, and who may not see reports is left out', () => {
    const form = formOf(SAVED, 'usr_1', [])
    expect(wishOf(choiceOf(SAVED), { ...form, shared: false }, 'usr_1', ['usr_1', 'usr_2'])?.schedule?.recipients).toEqual(['usr_1'])
    expect(wishOf(choiceOf(SAVED), form, 'usr_1', ['usr_1'])?.schedule?.recipients).toEqual(['usr_1'])
    expect(wishOf(choiceOf(SAVED), { ...form, sent: false }, 'usr_1', ['usr_1'])?.schedule).toBeNull()
  })
  it('has days that move along', () => {
    expect([periodOf(FIRST), periodOf({ ...FIRST, span: 'week' }), periodOf({ ...FIRST, span: 'own', from: '2026-03-01' })]).toEqual(['today', 'last_7_days', null])
    expect(wishOf({ ...FIRST, span: 'own' }, formOf(null, 'usr_1', []), 'usr_1', [])).toBeNull()
  })
  it('differs once something else is chosen', () => {
    const choice = choiceOf(SAVED)
    expect(isAs(SAVED, choice)).toBe(true)
    for (const other of [{ span: 'today' }, { by: 'hour' }, { queue: '' }, { agent: 'usr_2' }, { direction: '' }, { compare: false }, { measures: [] }] as Partial<Choice>[]) expect(isAs(SAVED, { ...choice, ...other })).toBe(false)
  })
  it('says when it is sent, and why it is not', () => {
    const at = { hour: 7, weekday: 6, day: 15 }
    expect(['day', 'week', 'month'].map((every) => scheduleSaid({ every, ...at }))).toEqual(['Every day, 07:00', 'Every week, Sunday, 07:00', 'On day 15 of each month, 07:00'])
    expect(scheduleSaid({ every: 'month', ...at, day: 31 })).toBe('On the last day of each month, 07:00')
    expect(timeSaid('2026-12-06T23:00:00.000Z', 'Asia/Ulaanbaatar')).toBe('Monday 7 December, 07:00')
    expect([stoppedSaid(SAVED), stoppedSaid({ ...SAVED, stopped: 'queue_gone' })]).toEqual(['', 'Not sent: its queue is deleted.'])
  })
})
