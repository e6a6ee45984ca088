/** The shapes that the API sends, as the contract words them. Types only: no logic, no defaults. */
import type { Permission } from './permissions'

export interface Named { id: string; name: string }
export interface User extends Named { email: string; role: string; phone?: string; mfa?: boolean; disabled?: boolean }
export type LeavingReason = 'left' | 'asked' | 'mistake' | 'other'
/**
 * `permissions`: what the menu goes by, never the role; `role_name`: how the organisation calls it; `mfa_setup_due`: a
 * second factor is asked of this user, who has none yet and may only set one up.
 */
export interface Me { user: User; tenant: Named; device: { id: string }; permissions: string[]; role_name: string; mfa_setup_due?: boolean }
export interface SignedIn extends Me { token: string }

export interface Invited { organisation: string; email: string; name: string; role: string }
/** What a sign-in provider sends the browser back with; `browser`: what only this browser was told. */
export interface CameBack { state: string; code: string; iss?: string; browser: string }
export interface Way { url: string; browser: string }
export interface ProviderSettings {
  short_name: string
  issuer: string
  client_id: string
  client_secret?: string
  domains: string[]
  makes_users: boolean
  role: string
  required: boolean
  enabled: boolean
}
/** `findable`: the domains that stand for the organisation when somebody signs in. */
export interface ProviderShown { provider: (ProviderSettings & { findable: string[] }) | null; redirect_uri: string; logout_uri: string }

/** A sign-in of the user. `told`: by the app there, unchecked; `seen`: by the server. */
export interface SessionRow extends Named {
  current: boolean
  /** The session that was ended to make room for this one, or empty. */
  instead_of: string
  created_at: string
  told: { model: string; os: string; app_version: string; network: string }
  seen: { first_address: string; last_address: string; last_at: string }
}


/** A line of the audit log: ids and names of fields, never a value. `actor`: the name that the user has now. */
export interface AuditLine {
  seq: number
  at: string
  actor_id: string
  actor: string | null
  address: string
  action: string
  objects: string[]
  fields: string[]
  why: string | null
  status: number
  code: string | null
}
/** `seq` and `what`: the first line that is not as it was written. */
export interface AuditCheck { lines: number; whole: boolean; seq: number | null; what: string | null }
/** `authenticator`: an app gives codes; `required`: the organisation asks for a second factor of everybody. */
export interface MfaState { authenticator: boolean; recovery_codes_left: number; required: boolean; passkeys: PasskeyRow[]; passkeys_here: boolean }
/** `suspect`: it may have been copied, and opens nothing any more. */
export interface PasskeyRow extends Named { created_at: string; last_used_at: string | null; synced: boolean; suspect: boolean }
export interface FreshAuthenticator { secret: string; uri: string }
/** Codes that are shown this once: none where there are some already. */
export interface RecoveryCodes { recovery_codes: string[] }
export interface Organisation extends Named { mfa_required: boolean }
export interface Invitation { id: string; email: string; name: string; role: string; created_at: string; expires_at: string }
/** `link`: where the installation sends no e-mail; it is passed on by hand. */
export interface SentInvitation extends Invitation { link: string | null }
export interface Role extends Named { permissions: string[] }
export interface PermissionRow { name: string; help: string; yours: boolean }
export interface MachineToken extends Named { abilities: string[]; created_at: string; last_used_at: string | null; expires_at: string }

export interface Webhook {
  id: string
  url: string
  kinds: string[]
  description: string
  enabled: boolean
  /** The address answered 410, which ended it. */
  gone_at: string | null
  /** Since when no attempt was taken. */
  failing_since: string | null
}
export interface WebhookWish { url: string; description: string; kinds: string[]; enabled?: boolean }
export interface WebhookKind { kind: string; needs: Permission | null; schema: { description: string } }
export interface Delivery {
  id: string
  kind: string
  state: 'waiting' | 'delivered' | 'dead'
  tries: number
  status: number | null
  trouble: string | null
  created_at: string
  due_at: string | null
}

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
  /** The call whose disposition is asked for and not yet given; `disposition_required`: nothing goes on before it is. */
  disposition_due?: string | null
  disposition_required?: boolean
  disposition_id?: string | null
  /** Until when this pause may last. */
  pause_limit_at?: string | null
  /** The time of the wrap-up or the pause is up, and the agent is still in it. */
  overdue?: boolean
  day: DayPart[]
}

export type LineKind = 'menu' | 'wait' | 'ring' | 'talk' | 'hold' | 'outside' | 'wrap' | 'left' | 'voicemail'
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
export type CallState =
  | 'new' | 'flow' | 'waiting' | 'offered' | 'dialling' | 'connected' | 'held' | 'consulting' | 'conference' | 'forwarding' | 'forwarded'
  | 'closing' | 'voicemail'
export type Direction = 'inbound' | 'outbound' | 'internal' | 'callback'
/** Why a phone rings: the header X-Call24-Purpose. */
export type Purpose = 'offer' | 'own_call' | 'callback' | 'consult' | 'transfer' | 'direct' | 'monitor' | 'reattach'
export interface Third {
  agent: Named | null
  name: string | null
  number: string | null
  state: 'ringing' | 'talking' | 'held'
}
export type MonitorMode = 'listen' | 'whisper' | 'barge'
export type MonitorReason = 'coaching' | 'quality' | 'complaint' | 'help_asked' | 'technical'
/** Why a supervisor corrects an agent's session. */
export type CorrectionReason = 'asked' | 'forgotten' | 'away' | 'stuck' | 'technical' | 'shift_over' | 'other'
export interface MonitorRow { user: Named; mode: MonitorMode; joined?: boolean }
export interface CallRecording {
  state: 'off' | 'on' | 'paused'
  /** The agent may start it. */
  on_demand: boolean
  /** When a paused recording goes on by itself. */
  resumes_at: string | null
  /** It should be recorded and is not (start), or could not be paused (pause). */
  trouble?: 'start' | 'pause' | null
}
export interface LiveCall {
  id: string
  state: CallState
  offer_id: string | null
  /** The device of this user that the call is on. */
  device_id: string | null
  direction: Direction
  purpose: Purpose
  /** This user has the call (or rings for it), is the colleague who is asked, or listens. */
  part: 'agent' | 'third' | 'monitor'
  queue: Named | null
  card: CallerCard
  why: string | null
  priority: number
  skills: string[]
  arrived_at: string
  queued_at: string | null
  offered_at: string | null
  connected_at: string | null
  muted: boolean
  recording: CallRecording
  third: Third | null
  /** Who handed the call over, or asks. */
  from: Named | null
  monitors: MonitorRow[]
  line: LiveSpan[]
}
/** A call as the supervisor's list has it. */
export interface CallLive {
  id: string
  state: CallState
  direction: Direction
  queue: Named | null
  agent: Named | null
  name: string | null
  number: string | null
  third: Third | null
  /** Who is rung for it now. */
  offers: { agent: Named }[]
  recording: CallRecording
  monitors: MonitorRow[]
  arrived_at: string
  queued_at: string | null
  connected_at: string | null
  line: LiveSpan[]
}
/** Whereto a call goes: exactly one. */
export type Target = { number: string } | { agent_id: string } | { queue_id: string } | { flow_id: string }
export interface CallerNumber { id: string; number: string; label: string }
/** `call_back`: the customer is to be called again, so it is asked when. */
export interface Disposition extends Named { active?: boolean; call_back?: boolean }
export interface PauseReason { id: string; name: string; limit_s: number | null; active?: boolean }
export interface CallbackRow {
  id: string
  queue_id: string | null
  agent_id: string | null
  name: string | null
  number: string | null
  since: string
  not_before: string | null
  expires_at: string | null
  attempts: number
  state: CallState
}
export type TaskKind = 'voicemail' | 'missed_call' | 'callback_failed' | 'manual'
export interface TaskRow {
  id: string
  kind: TaskKind
  title: string | null
  state: 'open' | 'done'
  at: string
  due_at: string | null
  overdue: boolean
  call_id: string | null
  queue: Named | null
  name: string | null
  number: string | null
  recording_id: string | null
  duration_s: number | null
  assignee: Named | null
  version: number
}

export type StaffCount = Record<SessionState, number>
export interface QueueRow extends Named {
  waiting: number
  callbacks?: number
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
  pause_limit_at?: string | null
  overdue?: boolean
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
  /** Only for those who may see all calls. */
  calls?: CallLive[]
}

export type Outcome =
  | 'open' | 'answered' | 'forwarded' | 'callback' | 'voicemail' | 'turned_away' | 'abandoned' | 'abandoned_in_menu' | 'cancelled' | 'busy'
  | 'no_answer' | 'not_reached' | 'expired' | 'failed'
export interface CallRow {
  id: string
  direction?: Direction
  at: string
  ended_at: string | null
  number: string | null
  name: string | null
  contact_id: string | null
  queue: Named | null
  agent: Named | null
  outcome: Outcome
  ended_by: 'caller' | 'called' | 'agent' | 'third' | 'system' | null
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
/** How many more of a large team were looked at, for one reason. */
export interface Others { code: string; reason: string; count: number }
export interface Offer { at: string; agent: Named; purpose?: 'offer' | 'consult'; outcome: string | null; ring_s: number | null; candidates: Candidate[]; others?: Others[] }
/** One agent who had the call: how it came, and what it came to. */
export interface AgentPart { agent: Named; came: string; answered_at: string; talk_s: number; disposition_id: string | null }
export interface CallDetail extends CallRow {
  agents?: AgentPart[]
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

export interface QueueSettings extends Named {
  members: string[]
  strategy: 'longest_idle' | 'round_robin' | 'least_calls' | 'ring_all'
  priority: number
  offer_s: number
  max_wait_s: number
  max_waiting: number | null
  hours_id: string | null
  wrap_up_s: number
  service_level_s: number
  announce_position: boolean
  ring_during_greeting: boolean
  announce_wait: boolean
  announce_every_s: number
  record: 'always' | 'on_demand' | 'never'
  record_announcement: boolean
  auto_resume_s: number
  auto_pause_after: number
  sticky_days: number
  sticky_wait_s: number
  keep_place_s: number
  disposition: 'off' | 'optional' | 'required'
  callback: boolean
  callback_attempts: number
  callback_retry_s: number
}
