/** The shapes that the API sends, as the contract words them. Types only: no logic, no defaults. */

export type Role = 'agent' | 'supervisor' | 'owner'
export interface Named { id: string; name: string }
export interface User extends Named { email: string; role: Role }
export interface Me { user: User; tenant: Named; device: { id: string } }
export interface SignedIn extends Me { token: string }

export type SessionState = 'offline' | 'available' | 'offered' | 'on_call' | 'wrap_up' | 'paused'
export interface DayPart { state: SessionState; from: string; to: string | null }
export interface SessionView {
  agent_id: string
  state: SessionState
  since: string
  reason: string | null
  call_id: string | null
  wrap_up_until: string | null
  /** What the agent wished for during a call: done when the call is over. */
  next?: SessionState | null
  day: DayPart[]
}

export type LineKind = 'wait' | 'ring' | 'talk' | 'hold' | 'wrap' | 'left' | 'voicemail'
export interface LiveSpan { kind: LineKind; from: string; to: string | null }
export interface Span { kind: LineKind; s: number }

export interface CallerCard {
  contact_id: string | null
  name: string | null
  number: string | null
  location: string | null
  calls_this_week: number
  last_call: { at: string; agent: Named | null; outcome: string } | null
}
export interface LiveCall {
  id: string
  state: 'offered' | 'connected' | 'held'
  offer_id: string | null
  direction: 'in' | 'out'
  queue: Named | null
  card: CallerCard
  why: string | null
  arrived_at: string
  queued_at: string | null
  offered_at: string | null
  connected_at: string | null
  recording: boolean
  line: LiveSpan[]
}

export type StaffCount = Record<SessionState, number>
export interface QueueRow extends Named {
  waiting: number
  longest_since: string | null
  service_level: number | null
  agents: StaffCount
}
export interface AgentRow extends Named {
  state: SessionState
  since: string
  reason: string | null
  call_id: string | null
  with: string | null
  on_hold?: boolean
}
export type PartState = 'ok' | 'away'
export interface SystemParts { asterisk: PartState; mongodb: PartState }
export interface Today { answered: number; handle_s: number | null; service_level: number | null }
export interface LiveState {
  seq: number
  at: string
  system: SystemParts
  session: SessionView | null
  call: LiveCall | null
  queues: QueueRow[]
  agents: AgentRow[]
  today: Today
}

export type Outcome = 'answered' | 'abandoned' | 'voicemail' | 'failed'
export interface CallRow {
  id: string
  at: string
  ended_at: string | null
  number: string | null
  name: string | null
  contact_id: string | null
  queue: Named | null
  agent: Named | null
  outcome: Outcome
  ended_by: 'caller' | 'agent' | 'system' | null
  answered_at: string | null
  wait_s: number
  ring_s: number
  talk_s: number
  hold_s: number
  wrap_up_s: number
  line: Span[]
  recording: { id: string; state: string; duration_s: number | null; kind?: 'call' | 'message' } | null
}
export interface Candidate { agent: Named; chosen: boolean; reason: string; idle_s?: number | null }
export interface Offer { at: string; agent: Named; outcome: string; ring_s: number | null; candidates: Candidate[] }
export interface CallDetail extends CallRow {
  timeline: { at: string; event: string; text: string }[]
  offers: Offer[]
  delete_at: string | null
  cause: string | number | null
}
export interface CallPage { items: CallRow[]; next: string | null }

export interface PhoneAccess { device_id: string; aor: string; username: string; password: string; ws_url: string }
export interface RealtimeAccess {
  key: string
  host: string
  port: number
  auth_endpoint: string
  channels: { user: string; tenant: string }
}
