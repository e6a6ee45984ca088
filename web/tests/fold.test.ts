import { expect, test } from 'vitest'
import { fold, heard, KEPT_EVENTS, NOTHING, readEvent, reconnected, taken, type LiveEvent } from '../src/rooms/fold'
import type { LiveState } from '../src/kit/model'

const agents = { available: 0, offered: 0, on_call: 0, wrap_up: 0, paused: 0, offline: 0 }
const snapshot = (seq: number, waiting = 0): LiveState => ({
  seq, at: '2026-11-24T10:00:00Z', system: { asterisk: 'ok', mongodb: 'ok' }, session: null, call: null,
  queues: [{ id: 'que_1', name: 'Support', waiting, callbacks: 0, line: [], longest_since: null, alerts: [], service_level: null, service_level_s: 20, agents }],
  agents: [], today: { answered: 0, handle_s: null, service_level: null },
})
const event = (name: string, body: Record<string, unknown>): LiveEvent => {
  const read = readEvent(name, body)
  if (read === null) throw new Error('unreadable')
  return read
}
const queue = (seq: number, waiting: number): LiveEvent => event('queue', { seq, id: 'que_1', name: 'Support', waiting })
const call = (seq: number, more: Record<string, unknown> = {}): LiveEvent => event('call', { seq, id: 'call_1', state: 'offered', ...more })

test('old state plus events is the fresh state', () => {
  const events = [queue(11, 1), event('agent', { seq: 12, id: 'usr_1', name: 'Saraa', state: 'available' }), queue(13, 2), call(14)]
  const state = events.reduce(fold, snapshot(10))
  expect(state.queues[0]).toMatchObject({ waiting: 2, name: 'Support', agents })
  expect(state.agents).toMatchObject([{ id: 'usr_1', state: 'available' }])
  expect(state.call).toMatchObject({ id: 'call_1', state: 'offered' })
})

test('events heard before the snapshot arrives are applied only if they are later than it', () => {
  const before = [queue(9, 7), queue(10, 8), queue(11, 1)].reduce(heard, NOTHING)
  const { after, gap } = taken(before, snapshot(10, 5))
  expect(gap).toBe(false)
  expect(after.live?.queues[0]?.waiting).toBe(1)
  expect(taken([queue(9, 7), queue(10, 8)].reduce(heard, NOTHING), snapshot(10, 5)).after.live?.queues[0]?.waiting).toBe(5)
})

test('a snapshot that was slow does not undo events applied meanwhile', () => {
  const following = heard(taken(NOTHING, snapshot(10)).after, queue(12, 4))
  const { after } = taken(following, snapshot(11, 9))
  expect(after.live?.queues[0]?.waiting).toBe(4)
})

test('two events of one journal entry carry the same seq and both count', () => {
  const following = [call(11), queue(11, 3)].reduce(heard, taken(NOTHING, snapshot(10)).after)
  expect(following.live?.call?.id).toBe('call_1')
  expect(following.live?.queues[0]?.waiting).toBe(3)
})

test('a snapshot older than events that are no longer kept is a gap', () => {
  let following = taken(NOTHING, snapshot(10)).after
  for (let i = 0; i <= KEPT_EVENTS; i += 1) following = heard(following, queue(20 + i, i))
  expect(taken(following, snapshot(15)).gap).toBe(true)
  expect(taken(following, snapshot(15)).after).toBe(following)
  expect(taken(following, snapshot(20)).gap).toBe(false)
})

test('after a reconnect old events are forgotten, the old picture stays until the new snapshot', () => {
  const following = reconnected(heard(taken(NOTHING, snapshot(10)).after, queue(30, 9)))
  expect(following.live?.queues[0]?.waiting).toBe(9)
  expect(taken(following, snapshot(12, 2)).after.live?.queues[0]?.waiting).toBe(2)
})

test('the service level is what the event says, also that nothing was measured yet today', () => {
  const state = { ...snapshot(10), queues: snapshot(10).queues.map((q) => ({ ...q, service_level: 0.9 })) }
  const told = (level: number | null) => event('queue', { seq: 11, id: 'que_1', name: 'Support', waiting: 4, service_level: level })
  expect(fold(state, told(0.8)).queues[0]).toMatchObject({ waiting: 4, service_level: 0.8 })
  expect(fold(state, told(null)).queues[0]).toMatchObject({ service_level: null })
  expect(fold(state, queue(12, 5)).queues[0]).toMatchObject({ waiting: 5, service_level: 0.9 })
})

test('an agent who takes a caller back is not on hold any more', () => {
  const held = fold(snapshot(10), event('agent', { seq: 11, id: 'usr_1', state: 'on_call', on_hold: true }))
  expect(held.agents[0]?.on_hold).toBe(true)
  expect(fold(held, event('agent', { seq: 12, id: 'usr_1', state: 'on_call' })).agents[0]?.on_hold).toBe(false)
})

test('an ended call goes away, another call’s end does not touch it', () => {
  const ringing = fold(snapshot(10), call(11))
  expect(fold(ringing, event('call', { seq: 12, id: 'call_2', state: 'ended' })).call?.id).toBe('call_1')
  expect(fold(ringing, event('call', { seq: 12, id: 'call_1', state: 'ended' })).call).toBeNull()
})

test('what has no place in the order, or an unknown name, changes nothing', () => {
  expect(readEvent('queue', { id: 'que_1' })).toBeNull()
  expect(readEvent('queue', 'text')).toBeNull()
  const state = snapshot(10)
  expect(fold(state, event('holiday', { seq: 11 }))).toBe(state)
})

test('the list of all calls follows each of them, and loses it when it is over', () => {
  const line = (seq: number, id: string, state: string): LiveEvent => event('live_call', { seq, id, state, direction: 'inbound', recording: { state: 'on' } })
  const state = [line(11, 'call_a', 'waiting'), line(12, 'call_b', 'connected'), line(13, 'call_a', 'connected')].reduce(fold, { ...snapshot(10), calls: [] })
  expect(state.calls?.map((c) => [c.id, c.state])).toEqual([['call_a', 'connected'], ['call_b', 'connected']])
  expect(fold(state, line(14, 'call_b', 'ended')).calls?.map((c) => c.id)).toEqual(['call_a'])
})

test('a call of a server that says less is still whole', () => {
  const read = taken(NOTHING, { ...snapshot(10), call: { id: 'call_1', state: 'connected', direction: 'in', recording: true } as never }).after.live?.call
  expect(read).toMatchObject({ direction: 'inbound', part: 'agent', purpose: 'offer', recording: { state: 'on', on_demand: false }, monitors: [], third: null, muted: false })
})

test('what came late says how it was, and changes nothing', () => {
  const following = [queue(12, 4), call(12), queue(11, 9), call(11, { state: 'connected' }), queue(9, 7)].reduce(heard, taken(NOTHING, snapshot(10)).after)
  expect(following.live?.queues[0]?.waiting).toBe(4)
  expect(following.live?.call?.state).toBe('offered')
  expect(heard(following, event('call', { seq: 11, id: 'call_1', state: 'ended' })).live?.call?.id).toBe('call_1')
})

test('the state of the parts is told between two lines of the journal, and counts also with the seq of the snapshot', () => {
  const away = event('system', { seq: 10, mongodb: 'away' })
  expect(heard(taken(NOTHING, snapshot(10)).after, away).live?.system.mongodb).toBe('away')
  expect(taken(heard(NOTHING, away), snapshot(10)).after.live?.system.mongodb).toBe('away')
  expect(taken(heard(NOTHING, away), snapshot(11)).after.live?.system.mongodb).toBe('ok')
})
