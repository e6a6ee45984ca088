import { expect, test } from 'vitest'
import { countryOf } from '../src/kit/country'
import { Problem } from '../src/kit/problem'
import { refusal } from '../src/kit/refusals'
import { dialled } from '../src/kit/words'
import type { AgentRow, CallRow, QueueRow, SessionState } from '../src/kit/model'
import { sameNumber, targets, type Places } from '../src/rooms/targets'

const agent = (id: string, name: string, state: SessionState): AgentRow => ({ id, name, state, since: '', reason: null, call_id: null, with: null, overdue: false, pause_limit_at: null })
const staff = { available: 1, offered: 0, on_call: 0, wrap_up: 0, paused: 0, offline: 0 }
const queue: QueueRow = { id: 'que_1', name: 'Sales', waiting: 2, callbacks: 0, line: [], longest_since: null, alerts: [], service_level: null, service_level_s: 20, agents: staff }
const recent = (number: string | null, name: string | null): CallRow => ({
  id: 'call_1', direction: 'inbound', missed: false, menu_s: 0, outside_s: 0, at: '', ended_at: null, number, name, contact_id: null, queue: null, agent: null, outcome: 'answered', ended_by: null, answered_at: null,
  wait_s: 0, ring_s: 0, talk_s: 0, hold_s: 0, wrap_up_s: 0, line: [], recording: null, restricted: false,
})
const places: Places = {
  me: 'usr_me',
  agents: [agent('usr_me', 'Saraa', 'on_call'), agent('usr_o', 'Dulmaa', 'offline'), agent('usr_b', 'Batbold', 'available'), agent('usr_a', 'Anna', 'on_call')],
  queues: [queue],
  recents: [recent('+97699110718', 'Болормаа'), recent('+97699110718', 'Болормаа'), recent(null, null)],
}

test('who is free comes first, without oneself, then queues, colleagues who are not, and people of recent calls once each', () => {
  expect(targets('', places).map((row) => row.key)).toEqual(['usr_b', 'que_1', 'usr_a', 'usr_o', '+97699110718'])
  expect(targets('', places).filter((row) => row.free).map((row) => row.key)).toEqual(['usr_b', 'que_1', '+97699110718'])
})

test('a name in any script, or some digits, finds; a whole number can be called as it is', () => {
  expect(targets('болор', places).map((row) => row.key)).toEqual(['+97699110718'])
  expect(targets('9911', places).map((row) => row.kind)).toEqual(['number', 'contact'])
  expect(targets('+44 20 7946 0123', places)[0]).toMatchObject({ kind: 'number', to: { number: '+442079460123' }, under: 'United Kingdom' })
})

test('what is typed is a number only with digits enough and nothing else', () => {
  expect([dialled('+976 (99) 11-07-18'), dialled('12'), dialled('anna'), dialled('+')]).toEqual(['+97699110718', null, null, null])
})

test('the country is said by the longest code that fits, and not before it is whole', () => {
  expect(['+97699', '+447700900123', '+12025550100', '+77011234567', '+9', '0976', '+99999'].map(countryOf)).toEqual([
    'Mongolia', 'United Kingdom', 'US, Canada or Caribbean', 'Kazakhstan', null, null, null,
  ])
})

test('a refusal says what to do by its code, a field by its message, and an absent server that nothing was changed', () => {
  expect(refusal(new Problem('frozen', 403, 'x')).title).toBe('Outgoing calls are frozen')
  expect(refusal(new Problem('invalid', 422, 'x', [{ field: 'number', message: 'a phone number' }])).title).toBe('This cannot be called')
  expect(refusal(new Problem('invalid', 422, 'x', [{ field: 'disposition_id', message: 'one of the list' }])).text).toBe('disposition_id: one of the list')
  expect(refusal(new Problem('away', 0, 'x')).text).toContain('Nothing was changed')
})

test('who is in the call already is no target, neither from recent calls nor as typed, abroad or at home', () => {
  const busy = { ...places, inCall: ['+97699110718', null], recents: [...places.recents, recent('+97688110000', 'Anna')] }
  expect(targets('', busy).map((row) => row.key)).toEqual(['usr_b', 'que_1', 'usr_a', 'usr_o', '+97688110000'])
  for (const typed of ['+976 9911 0718', '00976 9911 0718', '9911 0718', '09911 0718']) expect(targets(typed, busy), typed).toEqual([])
  expect(targets('+976 9911 0719', busy).map((row) => row.kind)).toEqual(['number'])
})

test('a short number and another country’s are other telephones', () => {
  expect([sameNumber('0718', '+97699110718'), sameNumber('+99110718', '+97699110718'), sameNumber('+1', '+1')]).toEqual([false, false, true])
})
