import { expect, test } from 'vitest'
import { day, duration, initials, phoneNumber, secondsSince, share, times } from '../src/kit/format'
import { callSummary, liveState, othersSaid, rowName, waitingNow } from '../src/kit/words'
import type { CallRow, QueueRow } from '../src/kit/model'

test('durations read as people write them', () => {
  expect([0, 9, 61, 3599, 3600, 6380, -4].map(duration)).toEqual(['0:00', '0:09', '1:01', '59:59', '1:00:00', '1:46:20', '0:00'])
})

test('time since never runs backwards', () => {
  expect(secondsSince('2026-11-24T10:00:10Z', Date.parse('2026-11-24T10:00:00Z'))).toBe(0)
})

test('numbers are grouped by their country code and anything else is left alone', () => {
  expect(phoneNumber('+97699110718')).toBe('+976 9911 0718')
  expect(phoneNumber('+442079460123')).toBe('+44 20 7946 0123')
  expect(phoneNumber('+447700900123')).toBe('+44 7700 900123')
  expect(phoneNumber('+12125550123')).toBe('+1 212 555 0123')
  expect(phoneNumber('anonymous')).toBe('anonymous')
  expect(phoneNumber(null)).toBe('Number withheld')
})

test('initials come from any script and never from digits', () => {
  expect(initials('Өнөрбаяр Төмөр')).toBe('ӨТ')
  expect(initials('saraa')).toBe('S')
  expect(initials('+976 9911')).toBeNull()
  expect(initials(null)).toBeNull()
})

test('days are said by the reader’s calendar', () => {
  const now = new Date(2026, 10, 24, 0, 30).getTime()
  expect(day(new Date(2026, 10, 24, 0, 5).toISOString(), now)).toBe('Today')
  expect(day(new Date(2026, 10, 23, 23, 55).toISOString(), now)).toBe('Yesterday')
  expect(day(new Date(2026, 10, 20, 12).toISOString(), now)).toBe('Fri 20 Nov')
})

test('shares and counts', () => {
  expect([share(0.923), share(1), share(null)]).toEqual(['92 %', '100 %', '–'])
  expect([times(1), times(2), times(5)]).toEqual(['once', 'twice', '5 times'])
})

const row = (more: Partial<CallRow>): CallRow => ({
  id: 'call_1', direction: 'inbound', missed: false, menu_s: 0, outside_s: 0, at: '', ended_at: null, number: null, name: null, contact_id: null, queue: { id: 'q', name: 'Support' }, agent: null, outcome: 'answered',
  ended_by: null, answered_at: null, wait_s: 40, ring_s: 8, talk_s: 240, hold_s: 12, wrap_up_s: 0, line: [], recording: null, restricted: false, ...more,
})

test('a list says how long was talked, or when the caller left, or how long the message is', () => {
  expect(callSummary(row({}))).toBe('Support · 4:12')
  expect(callSummary(row({ outcome: 'abandoned' }))).toBe('Support · left after 0:48')
  expect(callSummary(row({ outcome: 'voicemail', line: [{ kind: 'voicemail', s: 36 }] }))).toBe('Support · voicemail 0:36')
})

test('waiting now is the sum of all queues and the longest of them', () => {
  const queue = (waiting: number, since: string | null): QueueRow => ({
    id: since ?? 'q', name: 'q', waiting, callbacks: 0, line: [], longest_since: since, alerts: [], service_level: null, service_level_s: 20,
    agents: { available: 0, offered: 0, on_call: 0, wrap_up: 0, paused: 0, offline: 0 },
  })
  expect(waitingNow([queue(2, '2026-11-24T10:00:05Z'), queue(1, '2026-11-24T10:00:01Z'), queue(0, null)])).toEqual({
    count: 3, longestSince: '2026-11-24T10:00:01Z',
  })
})

test('a call between colleagues is named as one, and its state is what the two of them live through', () => {
  const internal = row({ direction: 'internal', agent: { id: 'usr_1', name: 'Saraa' }, queue: null })
  expect([rowName(internal), callSummary(internal)]).toEqual(['Between colleagues', 'Saraa · 4:12'])
  const third = { agent: { id: 'usr_b', name: 'Batbold' }, name: null, number: null }
  expect(liveState({ state: 'consulting', direction: 'internal', third: { ...third, state: 'talking' } }).word).toBe('Talking')
  expect(liveState({ state: 'consulting', direction: 'internal', third: { ...third, state: 'ringing' } }).word).toBe('Calling')
  expect(liveState({ state: 'consulting', direction: 'inbound', third: { ...third, state: 'talking' } }).word).toBe('Consulting')
})

test('those of a large team who are not named are counted, the most frequent reason first', () => {
  const paused = { code: 'paused', reason: 'paused', count: 13 }
  expect(othersSaid([paused, { code: 'on_call', reason: 'on a call', count: 80 }])).toBe('and 93 others: 80 on a call, 13 paused')
  expect(othersSaid([{ ...paused, count: 1 }])).toBe('and 1 other: 1 paused')
})
