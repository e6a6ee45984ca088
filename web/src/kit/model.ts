/** The shapes that the API takes and sends, under the app's names. Types only: no logic, no defaults. */
export type {
  AuditCheck, AuditEntryAnswer as AuditLine, Callback as CallbackRow, CallerNumber, WebhookDelivery as Delivery, DispositionAnswer as Disposition,
  AuthenticatorSetup as FreshAuthenticator, InvitationAnswer as Invitation, InvitationPreview as Invited, ApiToken as MachineToken, CurrentUser as Me,
  SecondFactors as MfaState, Organisation, PasskeyAnswer as PasskeyRow, PauseReasonAnswer as PauseReason, PermissionAnswer as PermissionRow,
  PhoneCredentials as PhoneAccess, IdentityProvider as ProviderShown, Queue as QueueSettings, RealtimeSettings as RealtimeAccess, RecoveryCodes,
  RoleAnswer as Role, SentInvitation, SignInSession as SessionRow, NewSession as SignedIn, TaskAnswer as TaskRow, UserAnswer as User, ProviderRedirect
  as Way, Webhook,
} from './api-types'
import type { EventType } from './api-types'
import type { Permission } from './permissions'

export interface Named { id: string; name: string }
export type LeavingReason = 'left' | 'asked' | 'mistake' | 'other'

/** What a sign-in provider sends the browser back with; `browser`: what only this browser was told. */
export interface CameBack { state: string; code: string; iss?: string; browser: string }
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

export interface WebhookKind extends Omit<EventType, 'needs' | 'schema'> { needs: Permission | null; schema: Pick<EventType['schema'], 'description'> }
export interface WebhookWish { url: string; description: string; kinds: string[]; enabled?: boolean }

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
export type TaskKind = 'voicemail' | 'missed_call' | 'callback_failed' | 'manual'

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

