/**
 * What the agent has before them: nothing, a ringing call, a call, or wrap-up. Pure. Two sources tell of a call, the
 * server (realtime) and the phone (SIP); either may come first or be away, and one call is shown.
 */
import type { CallerCard, LiveCall, LiveSpan, Named, SessionView } from '../kit/model'
import type { PhoneCall } from './phone.svelte'

export interface DeskInput {
  call: LiveCall | null
  /** The call as the server last told of it: kept while the server is away and the voices go on. */
  known: LiveCall | null
  session: SessionView | null
  phone: PhoneCall | null
  /** Calls that the server said are over for this agent, and when: they may be offered again later. */
  ended: ReadonlyMap<string, number>
  /** Offers and calls the agent has declined or ended here, while the server is still being told. */
  dismissed: ReadonlySet<string>
  /** The call whose SIP side ended here and which the server has not yet spoken of since. */
  over: string | null
}
export interface DeskCall {
  id: string | null
  offerId: string | null
  card: CallerCard
  queue: Named | null
  why: string | null
  arrivedAt: string | null
  offeredAt: string | null
  connectedAt: string | null
  recording: boolean
  line: LiveSpan[]
}
export type DeskView =
  | { kind: 'idle' }
  | { kind: 'ringing'; call: DeskCall; canAnswer: boolean }
  | { kind: 'talking'; call: DeskCall; state: 'connecting' | 'talking' | 'held'; attached: boolean }
  | { kind: 'wrap_up'; until: string | null; since: string }

const UNKNOWN: CallerCard = { contact_id: null, name: null, number: null, location: null, calls_this_week: 0, last_call: null }

function fromServer(call: LiveCall): DeskCall {
  return {
    id: call.id, offerId: call.offer_id, card: call.card, queue: call.queue, why: call.why, arrivedAt: call.queued_at ?? call.arrived_at,
    offeredAt: call.offered_at, connectedAt: call.connected_at, recording: call.recording, line: call.line,
  }
}

function fromPhone(phone: PhoneCall, known: LiveCall | null): DeskCall {
  const answered = phone.answeredAt === null ? null : new Date(phone.answeredAt).toISOString()
  if (known !== null && known.id === phone.callId) return { ...fromServer(known), connectedAt: known.connected_at ?? answered }
  return {
    id: phone.callId, offerId: phone.offerId, card: { ...UNKNOWN, name: phone.callerName, number: phone.callerNumber }, queue: null,
    why: null, arrivedAt: null, offeredAt: null, connectedAt: answered, recording: false, line: [],
  }
}

function dismissed(id: string | null, offerId: string | null, input: DeskInput): boolean {
  return (id !== null && input.dismissed.has(id)) || (offerId !== null && input.dismissed.has(offerId))
}

function over(phone: PhoneCall, input: DeskInput): boolean {
  const endedAt = phone.callId === null ? undefined : input.ended.get(phone.callId)
  return endedAt !== undefined && phone.since <= endedAt
}

export function deskView(input: DeskInput): DeskView {
  const server = input.call !== null && !dismissed(input.call.id, input.call.offer_id, input) && input.call.id !== input.over ? input.call : null
  const phone = input.phone !== null && !dismissed(input.phone.callId, input.phone.offerId, input) && !over(input.phone, input) ? input.phone : null
  // A phone call without the header can only be the one the server speaks of.
  const same = server !== null && phone !== null && (phone.callId === null || phone.callId === server.id)

  if (server !== null && server.state !== 'offered') {
    const attached = same && phone.stage === 'talking'
    const state = same && phone.stage !== 'talking' ? 'connecting' : server.state === 'held' ? 'held' : 'talking'
    return { kind: 'talking', call: fromServer(server), state, attached }
  }
  if (phone !== null && phone.stage !== 'ringing') {
    const call = fromPhone(phone, same ? server : input.known)
    return { kind: 'talking', call, state: phone.stage === 'talking' ? 'talking' : 'connecting', attached: true }
  }
  if (server !== null) return { kind: 'ringing', call: fromServer(server), canAnswer: same }
  if (phone !== null) return { kind: 'ringing', call: fromPhone(phone, null), canAnswer: true }
  if (input.session?.state === 'wrap_up') return { kind: 'wrap_up', until: input.session.wrap_up_until, since: input.session.since }
  return { kind: 'idle' }
}
