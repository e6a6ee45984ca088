/** Reads live calls as the server sends them, so that a field which an older or newer server lacks has a meaning. Pure. */
import type { CallLive, CallRecording, Direction, LiveCall, LiveState, MonitorRow, Third } from './model'

type Raw = Record<string, unknown>
const NO_CARD = { contact_id: null, name: null, number: null, location: null, sent_as: null, read_as: null, calls_this_week: 0, last_call: null, people: [] }
const OFF: CallRecording = { state: 'off', on_demand: false, resumes_at: null }

function direction(raw: unknown): Direction {
  return raw === 'outbound' || raw === 'internal' || raw === 'callback' ? raw : 'inbound'
}

function recording(raw: unknown): CallRecording {
  if (typeof raw === 'object' && raw !== null) return { ...OFF, ...raw }
  return raw === true ? { ...OFF, state: 'on' } : OFF
}

/** Skills come as names, or as {name, level}. */
function skills(raw: unknown): string[] {
  return Array.isArray(raw) ? raw.map((s: unknown) => (typeof s === 'object' && s !== null ? String((s as Raw)['name']) : String(s))) : []
}

export function readCall(raw: Raw): LiveCall {
  const way = direction(raw['direction'])
  const defaults = {
    offer_id: null, device_id: null, purpose: way === 'callback' ? 'callback' : way === 'inbound' ? 'offer' : 'own_call', part: 'agent', queue: null, card: NO_CARD,
    why: null, priority: 0, queued_at: null, offered_at: null, connected_at: null, muted: false, third: null, from: null, monitors: [], line: [],
  }
  const card = { ...NO_CARD, ...(raw['card'] as object | undefined) }
  return { ...defaults, ...raw, card, direction: way, recording: recording(raw['recording']), skills: skills(raw['skills']) } as unknown as LiveCall
}

export function readCallLive(raw: Raw): CallLive {
  const defaults = {
    queue: null, agent: null, name: null, number: null, third: null as Third | null, offers: [], monitors: [] as MonitorRow[], queued_at: null, connected_at: null, line: [],
  }
  return { ...defaults, ...raw, direction: direction(raw['direction']), recording: recording(raw['recording']) } as unknown as CallLive
}

export function readLive(raw: LiveState): LiveState {
  const mine = raw.call === null ? null : readCall(raw.call as unknown as Raw)
  return raw.calls === undefined ? { ...raw, call: mine } : { ...raw, call: mine, calls: raw.calls.map((call) => readCallLive(call as unknown as Raw)) }
}
