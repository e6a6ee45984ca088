/**
 * What the agent has before them: nothing, a ringing call, a call, or wrap-up. Pure. Two sources tell of a call, the
 * server (realtime) and the phone (SIP); either may come first or be away, and one call is shown.
 */
import type {
  CallerCard, CallRecording, Direction, LiveCall, LiveSpan, MonitorRow, Named, Purpose, SessionView, Third,
} from '../kit/model'
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
  deviceId: string | null
  direction: Direction
  purpose: Purpose
  part: 'agent' | 'third' | 'monitor'
  card: CallerCard
  queue: Named | null
  why: string | null
  priority: number
  skills: string[]
  arrivedAt: string | null
  offeredAt: string | null
  connectedAt: string | null
  muted: boolean
  recording: CallRecording
  third: Third | null
  from: Named | null
  monitors: MonitorRow[]
  line: LiveSpan[]
}
/** A call with somebody outside: their card, under its id. */
export interface CustomerCall { id: string; card: CallerCard }
export type Phase = 'connecting' | 'dialling' | 'talking' | 'held' | 'consulting' | 'conference'
export type DeskView =
  | { kind: 'idle' }
  | { kind: 'ringing'; call: DeskCall; canAnswer: boolean }
  | { kind: 'talking'; call: DeskCall; state: Phase; attached: boolean }
  | { kind: 'wrap_up'; session: SessionView }

const UNKNOWN: CallerCard = { contact_id: null, name: null, number: null, location: null, sent_as: null, read_as: null, calls_this_week: 0, last_call: null, people: [], restricted: false }
const NOTHING_TOLD = {
  deviceId: null, direction: 'inbound', part: 'agent', queue: null, why: null, priority: 0, skills: [], arrivedAt: null, offeredAt: null, muted: false,
  recording: { state: 'off', on_demand: false, resumes_at: null }, third: null, from: null, monitors: [], line: [],
} satisfies Partial<DeskCall>

function fromServer(call: LiveCall): DeskCall {
  const { id, direction, purpose, part, card, queue, why, priority, skills, muted, recording, third, from, monitors, line } = call
  return {
    id, direction, purpose, part, card, queue, why, priority, skills, muted, recording, third, from, monitors, line,
    offerId: call.offer_id, deviceId: call.device_id, arrivedAt: call.queued_at ?? call.arrived_at, offeredAt: call.offered_at, connectedAt: call.connected_at,
  }
}

function fromPhone(phone: PhoneCall, known: LiveCall | null): DeskCall {
  const answered = phone.answeredAt === null ? null : new Date(phone.answeredAt).toISOString()
  if (known !== null && known.id === phone.callId) return { ...fromServer(known), connectedAt: known.connected_at ?? answered }
  return {
    ...NOTHING_TOLD, id: phone.callId, offerId: phone.offerId, purpose: phone.purpose,
    card: { ...UNKNOWN, name: phone.callerName, number: phone.callerNumber }, connectedAt: answered,
  }
}

export function withCustomer({ id, direction, card }: { id: string | null; direction: Direction; card: CallerCard }): CustomerCall | null {
  return id === null || direction === 'internal' ? null : { id, card }
}

function dismissed(id: string | null, offerId: string | null, input: DeskInput): boolean {
  return (id !== null && input.dismissed.has(id)) || (offerId !== null && input.dismissed.has(offerId))
}

function over(phone: PhoneCall, input: DeskInput): boolean {
  const endedAt = phone.callId === null ? undefined : input.ended.get(phone.callId)
  return endedAt !== undefined && phone.since <= endedAt
}

/** Whether this agent is asked to answer it; a call of the agent's own answers by itself. */
function rings(call: LiveCall): boolean {
  if (call.purpose === 'own_call') return false
  return call.state === 'offered' || (call.part === 'third' && call.third?.state === 'ringing')
}

function phaseOf(call: LiveCall): Phase {
  if (call.state === 'conference') return 'conference'
  if (call.part === 'third') return call.third?.state === 'held' ? 'held' : 'talking'
  if (call.direction === 'internal' && call.third !== null) return call.third.state === 'ringing' ? 'dialling' : 'talking'
  switch (call.state) {
    case 'connected': return 'talking'
    case 'held': return 'held'
    case 'consulting': return 'consulting'
    default: return call.state === 'dialling' ? 'dialling' : 'connecting'
  }
}

export function deskView(input: DeskInput): DeskView {
  // What a supervisor listens to is not before them as their own call (rooms/watch has it).
  const server = input.call !== null && input.call.part !== 'monitor' && !dismissed(input.call.id, input.call.offer_id, input) && input.call.id !== input.over
    ? input.call
    : null
  const phone = input.phone !== null && !dismissed(input.phone.callId, input.phone.offerId, input) && !over(input.phone, input) ? input.phone : null
  // A phone call without the header can only be the one the server speaks of.
  const same = server !== null && phone !== null && (phone.callId === null || phone.callId === server.id)

  if (server !== null && !rings(server)) {
    const attached = same && phone.stage === 'talking'
    return { kind: 'talking', call: fromServer(server), state: same && phone.stage !== 'talking' ? 'connecting' : phaseOf(server), attached }
  }
  if (phone !== null && (phone.stage !== 'ringing' || phone.purpose === 'own_call')) {
    const call = fromPhone(phone, same ? server : input.known)
    const phase = phone.stage !== 'talking' ? 'connecting' : phone.purpose === 'own_call' ? 'dialling' : 'talking'
    return { kind: 'talking', call, state: phase, attached: true }
  }
  if (server !== null) return { kind: 'ringing', call: fromServer(server), canAnswer: same }
  if (phone !== null) return { kind: 'ringing', call: fromPhone(phone, null), canAnswer: true }
  if (input.session?.state === 'wrap_up') return { kind: 'wrap_up', session: input.session }
  return { kind: 'idle' }
}
