import { describe, expect, test } from 'vitest'
import { bars, changedParts, clockIn, closingWord, dateIn, hoursChanges, monthAfter, NEW_HOURS, nextSpan, openWord, rightTimes, spansWord, tidied, weeksOf, weekWord, wrongSpan, type HoursWish } from '../src/kit/hours'

const week = NEW_HOURS.weekly
const night = { day: 'sun', opens: '22:00', closes: '02:30' } as const

describe('a week as a picture', () => {
  test('what is open over midnight is on both days, also from Sunday to Monday', () => {
    expect(bars([night], 'sun')).toEqual([{ from: 1320, to: 1440 }])
    expect(bars([night], 'mon')).toEqual([{ from: 0, to: 150 }])
    expect(bars([night], 'tue')).toEqual([])
  })
  test('what closes at midnight is on its own day alone', () => {
    for (const closes of ['00:00', '24:00']) {
      expect(bars([{ day: 'mon', opens: '18:00', closes }], 'mon')).toEqual([{ from: 1080, to: 1440 }])
      expect(bars([{ day: 'mon', opens: '18:00', closes }], 'tue')).toEqual([])
    }
  })
  test('a time that is being typed is left out', () => expect(bars([{ day: 'mon', opens: '', closes: '12:00' }], 'mon')).toEqual([]))
})

test('days with the same times are named together', () => {
  expect(weekWord([...week, { day: 'sat', opens: '10:00', closes: '12:00' }, { day: 'sat', opens: '13:00', closes: '14:00' }])).toBe('Mon–Fri 09:00–17:00 · Sat 10:00–12:00, 13:00–14:00')
  expect(weekWord([])).toBe('Never open in a usual week')
  expect(spansWord([{ opens: '00:00', closes: '24:00' }])).toBe('all day')
})

test('what a closing time means is said, and what cannot be one', () => {
  expect([closingWord(night), closingWord({ opens: '09:00', closes: '00:00' }), closingWord({ opens: '00:00', closes: '00:00' }), closingWord({ opens: '09:00', closes: '17:00' })]).toEqual(['closes on the next day', 'until midnight', 'the whole day', null])
  expect(wrongSpan({ opens: '09:00', closes: '09:00' })).toMatch(/same time/)
  expect(wrongSpan({ opens: '', closes: '09:00' })).toBe('Enter both times.')
  expect(rightTimes({ ...NEW_HOURS, holidays: [{ on: '2026-12-25', name: '', spans: [{ opens: '09:00', closes: '09:00' }] }] })).toBe(false)
  expect(rightTimes(NEW_HOURS)).toBe(true)
})

test('further times begin after those of the day, and end on it', () => {
  expect(nextSpan([])).toEqual({ opens: '09:00', closes: '17:00' })
  expect(nextSpan([{ opens: '09:00', closes: '12:00' }])).toEqual({ opens: '13:00', closes: '17:00' })
  expect(nextSpan([{ opens: '09:00', closes: '23:30' }])).toEqual({ opens: '22:00', closes: '23:59' })
})

test('only what differs is sent, whatever the order and however midnight is written', () => {
  const stored: HoursWish = { ...NEW_HOURS, name: 'Office', weekly: [{ day: 'sat', opens: '10:00', closes: '24:00' }, ...week], holidays: [{ on: '2026-12-25', name: 'Christmas', spans: [] }] }
  const form: HoursWish = { ...stored, name: '  Office ', weekly: [...week, { day: 'sat', opens: '10:00', closes: '00:00' }] }
  expect(hoursChanges(stored, form)).toEqual({})
  const changes = hoursChanges(stored, { ...form, timezone: 'Asia/Ulaanbaatar', holidays: [] })
  expect(changes).toEqual({ timezone: 'Asia/Ulaanbaatar', holidays: [] })
  expect(changedParts(changes)).toBe('time zone, exceptions')
  expect(tidied(form).weekly.at(-1)).toEqual({ day: 'sat', opens: '10:00', closes: '24:00' })
})

test('when it opens is told on the clocks of its time zone', () => {
  const now = Date.parse('2026-11-30T22:30:00Z') // Tuesday 06:30 in Ulaanbaatar
  const word = (next_open: string | null, zone = 'Asia/Ulaanbaatar'): string => openWord({ open: false, next_open }, zone, now)
  expect(openWord({ open: true, next_open: null }, 'UTC', now)).toBe('')
  expect(word('2026-12-01T01:00:00Z')).toBe('Opens today at 09:00.')
  expect(word('2026-12-01T01:00:00Z', 'UTC')).toBe('Opens tomorrow at 01:00.')
  expect(word('2026-12-04T01:00:00Z')).toBe('Opens Friday at 09:00.')
  expect(word('2026-12-29T01:00:00Z')).toMatch(/^Opens Tuesday,? 29 December at 09:00\.$/)
  expect(word(null)).toMatch(/does not open/)
  expect([dateIn('Asia/Ulaanbaatar', now), clockIn('Asia/Ulaanbaatar', now)]).toEqual(['2026-12-01', { day: 'tue', minute: 390, word: '06:30' }])
})

test('a month has its weeks from Monday to Sunday', () => {
  const weeks = weeksOf('2026-12')
  expect([weeks.length, weeks[0], weeks[4]]).toEqual([5, [null, '2026-12-01', '2026-12-02', '2026-12-03', '2026-12-04', '2026-12-05', '2026-12-06'], ['2026-12-28', '2026-12-29', '2026-12-30', '2026-12-31', null, null, null]])
  expect([monthAfter('2026-12', 1), monthAfter('2026-01', -1), weeksOf('2027-02').flat().filter(Boolean).length]).toEqual(['2027-01', '2025-12', 28])
})
