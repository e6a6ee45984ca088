import { expect, test } from 'vitest'
import { besides, lastCalls, matchLine, matchTitle, sentLine } from '../src/kit/caller_card'
import type { CallerDetails, CardPerson } from '../src/kit/model'

const ann: CardPerson = { id: 'per_1', name: 'Ann', company: 'Northern Lights', label: 'home', private: false, picture: null, why: 'number', number: '+442079460123' }
const nothing: CallerDetails = { call_id: 'call_1', contact_id: 'ctc_1', people: [], calls: [], tasks: [], refused: [], restricted: false }

test('a match says what kind of number it is, of whom, and whether one sees it alone', () => {
  expect(matchTitle([ann])).toBe('In the contacts')
  expect(matchLine(ann)).toBe(' · home · Northern Lights')
  expect(matchTitle([{ ...ann, private: true }])).toBe('In your own contacts')
  expect(matchTitle([ann, { ...ann, id: 'per_2' }])).toBe('2 contacts have this number')
  expect(matchLine({ ...ann, name: 'Northern Lights', label: '', private: true })).toBe(' · private')
})

test('who only may be calling is told so, with the reason, and how the number came', () => {
  const perhaps: CardPerson = { ...ann, why: 'ending' }
  expect(matchTitle([perhaps])).toBe('Perhaps this one: ask who is calling')
  expect(matchTitle([perhaps, { ...perhaps, id: 'per_2' }])).toBe('Perhaps one of these 2: ask who is calling')
  expect(matchLine(perhaps)).toBe(' · their number, +44 20 7946 0123, ends so · home · Northern Lights')
  expect(matchLine({ ...ann, why: 'reading' })).toBe(' · the number can be read as +44 20 7946 0123 · home · Northern Lights')
  expect(sentLine({ sent_as: '79460123', read_as: 'local' })).toBe('Came as 79460123, read as a number in the area of the one that was rung')
  expect(sentLine({ sent_as: '4960123', read_as: null })).toBe('Came as 4960123: whose number it is, is not sure')
  expect(sentLine({ sent_as: null, read_as: null })).toBe('')
})

test('only what there is stands beside the card', () => {
  expect(besides(null)).toEqual([])
  expect(besides({ ...nothing, tasks: null })).toEqual([])
  const task = { id: 'tsk_1', kind: 'missed_call' as const, title: null, assignee: null, created_at: '2026-11-24T10:00:00Z' }
  const found = { ...nothing, tasks: [task, { ...task, id: 'tsk_2', kind: 'manual' as const, title: 'Send the offer' }], refused: [{ purpose: 'recording' as const, title: 'Recording of calls' }] }
  expect(besides(found).map((one) => [one.title, one.text])).toEqual([['2 open tasks', 'Missed call · Send the offer'], ['The caller said no to', 'Recording of calls']])
})

test('last calls are told by day, outcome and agent', () => {
  const now = Date.parse('2026-11-24T12:00:00Z')
  const call = { at: '2026-11-24T10:02:00Z', agent: { id: 'usr_1', name: 'Batbold' }, outcome: 'answered' as const }
  expect(lastCalls({ ...nothing, calls: [call] }, now)[0]).toMatch(/answered by Batbold$/)
  expect(lastCalls({ ...nothing, calls: null }, now)).toEqual([])
})
