import { describe, expect, it } from 'vitest'
import { checksOf, counted, dayAfter, holdMark, markOf, stepsOf, timeLeft } from '../src/kit/privacy'
import { auditReminder } from '../src/kit/self_audit'

const NOW = Date.parse('2026-11-28T12:00:00Z')
const at = (hours: number): string => new Date(NOW + hours * 3_600_000).toISOString()

describe('the time that is left for an answer', () => {
  it('is days, and warns within a week', () => {
    expect(timeLeft(at(24 * 12), NOW)).toEqual({ word: '12 days left', tone: 'none' })
    expect(timeLeft(at(24 * 7), NOW)).toEqual({ word: '7 days left', tone: 'none' })
    expect(timeLeft(at(24 * 7 - 1), NOW)).toEqual({ word: '6 days left', tone: 'wait' })
    expect(timeLeft(at(30), NOW)).toEqual({ word: '1 day left', tone: 'wait' })
  })
  it('is hours on the last day', () => {
    expect(timeLeft(at(5.5), NOW).word).toBe('5 hours left')
    expect(timeLeft(at(0.2), NOW)).toEqual({ word: '1 hour left', tone: 'wait' })
  })
  it('is overdue from the moment itself', () => {
    expect(timeLeft(at(0), NOW)).toEqual({ word: 'Overdue since today', tone: 'bad' })
    expect(timeLeft(at(-50), NOW)).toEqual({ word: '2 days overdue', tone: 'bad' })
  })
  it('ends with the request', () => {
    expect(markOf({ state: 'done', due_at: at(-50) }, NOW)).toEqual({ word: 'Answered', tone: 'talk' })
    expect(markOf({ state: 'refused', due_at: at(-50) }, NOW).word).toBe('Refused')
  })
})

describe('the steps that can be taken', () => {
  const request = { kind: 'access', identity: 'none', state: 'working', extended_at: null, steps: ['note', 'finish', 'extend', 'confirm_identity'] } as const
  it('are those that the server allows, in the usual order', () => {
    expect(stepsOf({ ...request, steps: [...request.steps] }).map((one) => one.step)).toEqual(['confirm_identity', 'finish', 'extend', 'note'])
  })
  it('do not extend a second time', () => {
    expect(stepsOf({ ...request, steps: [...request.steps], extended_at: at(-1) }).map((one) => one.step)).not.toContain('extend')
  })
  it('say why an answer has to wait for the identity, and only where it has to', () => {
    const why = (more: object): string | null | undefined => stepsOf({ ...request, steps: [...request.steps], ...more }).find((one) => one.step === 'finish')?.why
    expect(why({})).toMatch(/^Confirm identity first/)
    expect(why({ identity: 'code' })).toBeNull()
    expect(why({ kind: 'objection' })).toBeNull()
  })
})

describe('the reminder of the self-audit', () => {
  const result = { format: 'call24-self-audit-1', id: 'sau_1', at: at(-24 * 97), took_ms: 1, passed: true, checks: {}, installation: '', signature: '' } as const
  it('comes when the server says that one is due, with its age', () => {
    expect(auditReminder({ due: true, items: [result] }, NOW)).toBe('The last self-audit was 97 days ago; it is due every 90 days.')
    expect(auditReminder({ due: true, items: [] }, NOW)).toBe('There has been no self-audit yet.')
  })
  it('does not come otherwise', () => {
    expect(auditReminder({ due: false, items: [result] }, NOW)).toBeNull()
    expect(auditReminder(null, NOW)).toBeNull()
  })
  it('puts what did not pass before what did', () => {
    const answer = (one: 'pass' | 'fail' | 'unverified') => ({ answer: one, seen: '', advice: '' })
    const checks = { asvs: answer('pass'), tls: answer('unverified'), 'audit log': answer('fail') }
    expect(checksOf({ checks }).map((one) => one.word)).toEqual(['Audit log', 'Encryption on the way (TLS)', 'Security requirements (ASVS)'])
  })
})

describe('holds and counts', () => {
  it('mark a hold whose review is late', () => {
    expect(holdMark({ state: 'open', review_due: true })).toEqual({ word: 'Review due', tone: 'bad' })
    expect(holdMark({ state: 'open', review_due: false }).word).toBe('Holds')
    expect(holdMark({ state: 'released', review_due: true }).word).toBe('Released')
  })
  it('name what is counted', () => {
    expect([counted('call_records'), counted('some_new_kind')]).toEqual(['Call records', 'some_new_kind'])
  })
  it('know the day after some days', () => expect(dayAfter(new Date(2026, 11, 30).getTime(), 3)).toBe('2027-01-02'))
})
