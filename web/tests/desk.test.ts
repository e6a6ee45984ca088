import { expect, test } from 'vitest'
import { deskView, type DeskInput } from '../src/rooms/desk'
import type { LiveCall, SessionView } from '../src/kit/model'

const server = (state: LiveCall['state'], more: Partial<LiveCall> = {}): LiveCall => ({
  id: 'call_1', state, offer_id: 'off_1', device_id: null, direction: 'inbound', purpose: 'offer', part: 'agent', queue: { id: 'q', name: 'Support' },
  priority: 0, skills: [], muted: false, third: null, from: null, monitors: [],
  card: { contact_id: null, name: 'Болормаа', number: '+97699110718', location: null, sent_as: null, read_as: null, calls_this_week: 1, last_call: null, people: [], restricted: false },
  why: null, arrived_at: '2026-11-24T10:00:00Z', queued_at: null, offered_at: null, connected_at: null, recording: { id: null, policy: 'always', state: 'on', on_demand: false, resumes_at: null, trouble: null, stopped: false }, line: [],
  since: '', attempts: 0, not_before: null, origin_call_id: null, ...more,
})
const sip = (stage: 'ringing' | 'answering' | 'talking', callId: string | null = 'call_1', since = 100) => ({
  callId, offerId: callId === null ? null : 'off_1', purpose: 'offer' as const, callerName: null, callerNumber: '+97699110718', stage, since, answeredAt: stage === 'talking' ? Date.parse('2026-11-24T10:00:30Z') : null,
})
const see = (more: Partial<DeskInput>) =>
  deskView({ call: null, known: null, session: null, phone: null, ended: new Map(), dismissed: new Set(), over: null, ...more })

test('the INVITE alone rings and can be answered', () => {
  expect(see({ phone: sip('ringing') })).toMatchObject({ kind: 'ringing', canAnswer: true, call: { id: 'call_1' } })
})

test('the realtime event alone rings, with the card, and waits for the phone', () => {
  expect(see({ call: server('offered') })).toMatchObject({ kind: 'ringing', canAnswer: false, call: { card: { name: 'Болормаа' } } })
})

test('both are one call', () => {
  expect(see({ call: server('offered'), phone: sip('ringing') })).toMatchObject({ kind: 'ringing', canAnswer: true, call: { card: { name: 'Болормаа' } } })
  expect(see({ call: server('offered'), phone: sip('ringing', null) })).toMatchObject({ canAnswer: true })
})

test('a phone call of another id is not the server’s call', () => {
  expect(see({ call: server('offered'), phone: sip('ringing', 'call_9') })).toMatchObject({ canAnswer: false, call: { id: 'call_1' } })
})

test('answering shows the call at once, before the server has said that it is connected', () => {
  expect(see({ call: server('offered'), phone: sip('answering') })).toMatchObject({ kind: 'talking', state: 'connecting' })
  expect(see({ call: server('offered'), phone: sip('talking') })).toMatchObject({ kind: 'talking', state: 'talking', attached: true })
})

test('a re-attaching phone has no sound until it is connected', () => {
  expect(see({ call: server('connected'), phone: sip('answering') })).toMatchObject({ kind: 'talking', state: 'connecting', attached: false })
})

test('a call held by the server is shown as held', () => {
  expect(see({ call: server('held'), phone: sip('talking') })).toMatchObject({ kind: 'talking', state: 'held', attached: true })
})

test('after a reload the server’s call is there without sound', () => {
  expect(see({ call: server('connected') })).toMatchObject({ kind: 'talking', attached: false })
})

test('a call that the server ended does not come back by a late SIP message', () => {
  expect(see({ phone: sip('talking'), ended: new Map([['call_1', 200]]) })).toEqual({ kind: 'idle' })
})

test('a call offered again after it went to somebody else rings again', () => {
  const ended = new Map([['call_1', 200]])
  expect(see({ phone: sip('ringing', 'call_1', 300), ended })).toMatchObject({ kind: 'ringing', canAnswer: true })
  expect(see({ call: server('offered', { offer_id: 'off_2' }), ended })).toMatchObject({ kind: 'ringing' })
})

test('a call whose SIP side ended is over although the server’s word is late', () => {
  expect(see({ call: server('connected'), over: 'call_1' })).toEqual({ kind: 'idle' })
})

test('while the server is away a call goes on with what is known of it', () => {
  const known = server('connected', { connected_at: '2026-11-24T10:00:29Z' })
  expect(see({ phone: sip('talking'), known })).toMatchObject({ kind: 'talking', call: { card: { name: 'Болормаа' }, connectedAt: known.connected_at } })
  expect(see({ phone: sip('talking') })).toMatchObject({ kind: 'talking', call: { connectedAt: '2026-11-24T10:00:30.000Z' } })
  expect(see({ phone: sip('talking', 'call_2'), known })).toMatchObject({ call: { id: 'call_2', card: { name: null } } })
})

test('a declined offer is gone at once, the next offer of the same call rings', () => {
  const dismissed = new Set(['off_1'])
  expect(see({ call: server('offered'), phone: sip('ringing'), dismissed })).toEqual({ kind: 'idle' })
  expect(see({ call: server('offered', { offer_id: 'off_2' }), dismissed })).toMatchObject({ kind: 'ringing' })
})

test('wrap-up comes after the call, not over the next one', () => {
  const session = { state: 'wrap_up', since: 's', wrap_up_until: 'u' } as SessionView
  expect(see({ session })).toEqual({ kind: 'wrap_up', session })
  expect(see({ session, call: server('offered') })).toMatchObject({ kind: 'ringing' })
})

test('a call that a supervisor listens to is not their own', () => {
  expect(see({ call: server('connected', { part: 'monitor', purpose: 'monitor' }) })).toEqual({ kind: 'idle' })
})

test('an own call never rings: it is before the agent from the first word of either side', () => {
  expect(see({ call: server('offered', { direction: 'outbound', purpose: 'own_call' }) })).toMatchObject({ kind: 'talking', state: 'connecting' })
  expect(see({ phone: { ...sip('ringing'), purpose: 'own_call' } })).toMatchObject({ kind: 'talking', state: 'connecting' })
  expect(see({ phone: { ...sip('talking'), purpose: 'own_call' } })).toMatchObject({ kind: 'talking', state: 'dialling' })
  const dialling = server('dialling', { direction: 'outbound', purpose: 'own_call' })
  expect(see({ call: dialling, phone: sip('talking') })).toMatchObject({ kind: 'talking', state: 'dialling', attached: true })
})

const batbold = { agent: { id: 'usr_b', name: 'Batbold' }, name: null, number: null }

test('a consultation has its own phase, and after a swap the agent talks to the customer again', () => {
  expect(see({ call: server('consulting', { third: { ...batbold, state: 'talking' } }), phone: sip('talking') })).toMatchObject({ state: 'consulting', attached: true })
  expect(see({ call: server('connected', { third: { ...batbold, state: 'held' } }), phone: sip('talking') })).toMatchObject({ state: 'talking', call: { third: { state: 'held' } } })
  expect(see({ call: server('conference', { third: { ...batbold, state: 'talking' } }), phone: sip('talking') })).toMatchObject({ state: 'conference' })
})

test('the colleague who is asked hears it ring, talks, and hears music while the asker is with the customer', () => {
  const asked = (state: 'ringing' | 'talking' | 'held', call: LiveCall['state'] = 'consulting') => server(call, { part: 'third', purpose: 'consult', third: { ...batbold, state } })
  expect(see({ call: asked('ringing'), phone: { ...sip('ringing'), purpose: 'consult' } })).toMatchObject({ kind: 'ringing', canAnswer: true })
  expect(see({ call: asked('talking'), phone: sip('talking') })).toMatchObject({ kind: 'talking', state: 'talking' })
  expect(see({ call: asked('held', 'connected'), phone: sip('talking') })).toMatchObject({ kind: 'talking', state: 'held' })
})

test('a call between colleagues is ringing, then talking, whatever the state of the call is called', () => {
  const internal = (state: 'ringing' | 'talking') => server('consulting', { direction: 'internal', purpose: 'own_call', third: { ...batbold, state } })
  expect(see({ call: internal('ringing'), phone: sip('talking') })).toMatchObject({ state: 'dialling' })
  expect(see({ call: internal('talking'), phone: sip('talking') })).toMatchObject({ state: 'talking' })
})
