import { describe, expect, it } from 'vitest'
import type { QueueSettings } from '../src/kit/model'
import { becauseOf, changesMade, changesSaid, divided, loads, notModelled, wishOf, type Decision, type WhatIf } from '../src/kit/what_if'

const QUEUE = { name: 'Support', strategy: 'longest_idle', members: ['a', 'b'], priority: 0, skills: [], max_wait_s: 600, max_waiting: null, auto_pause_after: 3, wrap_up_s: 30 } as unknown as QueueSettings
const decision = (now: string[], then: string[], more: Partial<Decision> = {}): Decision => ({
  at: '2026-11-24T08:00:00.000Z', call_id: 'call_1', queue_id: 'que_1', rung: now, as_now: now, would_ring: then, hopeless: false, reasons: [], instead: null,
  reproduced: true, differs: now.join() !== then.join(), ...more,
})
const answered = (...decisions: Decision[]): WhatIf => ({ offers: decisions.length, differ: decisions.filter((one) => one.differs).length, decisions }) as WhatIf

describe('what was changed', () => {
  it('is nothing of the queue as it is, in whatever order its agents stand', () => {
    expect(changesMade(QUEUE, { ...wishOf(QUEUE), members: ['b', 'a'] })).toEqual({})
  })
  it('is each setting that differs, also one that is taken away', () => {
    const full = { ...QUEUE, max_waiting: 5 }
    expect(changesMade(full, { ...wishOf(full), max_waiting: null, members: ['a'], strategy: 'ring_all' })).toEqual({ max_waiting: null, members: ['a'], strategy: 'ring_all' })
  })
  it('is said with the names that the queue has for it', () => {
    expect(changesSaid({ strategy: 'ring_all', max_wait_s: 60, max_waiting: null, auto_pause_after: 0, members: ['a', 'b'] })).toEqual([
      { label: 'Order', value: 'All at once' }, { label: 'Agents', value: '2' }, { label: 'Longest wait', value: '1:00' },
      { label: 'Most callers', value: 'No limit' }, { label: 'Pause after missed calls', value: 'Never' },
    ])
  })
})

describe('the picture of an answer', () => {
  const answer = answered(decision(['a'], ['a']), decision(['a'], ['b']), decision(['b'], []), decision(['a'], ['a', 'b']))
  it('divides the offers by who would be rung', () => expect(divided(answer)).toEqual({ same: 1, others: 2, nobody: 1, unsent: 0 }))
  it('tells how many would go elsewhere without being among those sent', () => {
    expect(divided({ ...answer, offers: 9, differ: 7, left_off: 5 })).toEqual({ same: 2, others: 2, nobody: 1, unsent: 4 })
  })
  it('counts how often each agent is rung, the most first', () => expect(loads(answer)).toEqual([{ id: 'a', now: 3, then: 2 }, { id: 'b', now: 1, then: 2 }]))
  it('has nothing for a day without offers', () => {
    expect(divided(answered())).toEqual({ same: 0, others: 0, nobody: 0, unsent: 0 })
    expect(loads(answered())).toEqual([])
  })
})

describe('why', () => {
  const reasons = (code: string, chosen: boolean): Decision['reasons'] => [{ agent_id: 'b', chosen, code, idle_s: null }]
  it('is the reason of who would be rung, and nothing for a code that is newer than the app', () => {
    expect(becauseOf(decision(['a'], ['b'], { reasons: reasons('its_turn', true) }))).toBe('it is their turn')
    expect(becauseOf(decision(['a'], ['b'], { reasons: reasons('its_turn', false) }))).toBeNull()
    expect(becauseOf(decision(['a'], ['b'], { reasons: reasons('by_the_stars', true) }))).toBeNull()
  })
  it('what is not modelled is in the words of the app, or as it came when the server says more', () => {
    expect(notModelled(['1', '2', '3', '4', '5'])[0]).toMatch(/^Each offer is looked at by itself/)
    expect(notModelled(['1', '2', '3', '4', '5', '6'])).toEqual(['1', '2', '3', '4', '5', '6'])
  })
})
