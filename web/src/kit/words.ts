/** Sentences about calls and agents, from what the server sends. Pure. */
import { callerName, capital, date, day, duration, phoneNumber, time, times } from './format'
import type {
  AgentRow, CallerCard, CallRow, CallState, CorrectionReason, Direction, LeavingReason, LineKind, LiveCall, LiveSpan, MonitorMode, MonitorReason, Named, Others, Outcome, Purpose, QueueRow,
  Third,
} from './model'
import { KIND, STATE, totals, type Tone } from './timeline'

/** What a list says under the caller's name: "Support · 4:12", "Sales · left after 0:48". */
export function callSummary(row: CallRow): string {
  const queue = row.direction === 'internal' ? row.agent?.name : row.queue?.name
  const what = outcomeWords(row)
  return queue === undefined ? what : `${queue} · ${what}`
}

/** The same in a word, as the detail view and the record say it. */
export const OUTCOME: Record<Outcome, { word: string; tone: Tone }> = {
  open: { word: 'In progress', tone: 'ring' },
  answered: { word: 'Answered', tone: 'talk' },
  forwarded: { word: 'Forwarded', tone: 'talk' },
  callback: { word: 'To be called back', tone: 'wait' },
  voicemail: { word: 'Voicemail', tone: 'pause' },
  turned_away: { word: 'Turned away', tone: 'pause' },
  abandoned: { word: 'Left', tone: 'bad' },
  abandoned_in_menu: { word: 'Left in the IVR', tone: 'pause' },
  cancelled: { word: 'Cancelled', tone: 'pause' },
  busy: { word: 'Busy', tone: 'bad' },
  no_answer: { word: 'No answer', tone: 'bad' },
  not_reached: { word: 'Not reached', tone: 'bad' },
  expired: { word: 'Expired', tone: 'bad' },
  failed: { word: 'Failed', tone: 'bad' },
}

export function outcomeWords(row: CallRow): string {
  switch (row.outcome) {
    case 'answered': return `${row.direction === 'outbound' ? 'called · ' : ''}${duration(row.talk_s + row.hold_s)}`
    case 'abandoned': return `left after ${duration(row.wait_s + row.ring_s)}`
    case 'voicemail': {
      const left = row.line.find((span) => span.kind === 'voicemail')?.s ?? row.recording?.duration_s ?? null
      return left === null ? /* @wc-include */ 'voicemail' : `voicemail ${duration(left)}`
    }
    default: return (OUTCOME[row.outcome]?.word ?? row.outcome).toLowerCase()
  }
}

export function outcomeTone(row: CallRow): Tone {
  return OUTCOME[row.outcome]?.tone ?? 'pause'
}

export function endedBy(row: CallRow): string | null {
  if (row.ended_by === null) return null
  return row.ended_by === 'agent' ? 'agent hung up' : row.ended_by === 'caller' ? 'caller hung up' : row.ended_by === 'called' ? 'customer hung up' : row.ended_by === 'third' ? 'other party hung up' : 'ended by the system'
}

export function callsThisWeek(card: CallerCard): string {
  if (card.restricted) return 'Earlier calls are not shown'
  return card.calls_this_week === 0 ? 'First call this week' : `Called ${times(card.calls_this_week)} this week`
}

export const outcomeWord = (outcome: string): string => OUTCOME[outcome as Outcome]?.word.toLowerCase() ?? outcome

/** "Yesterday 14:02 · answered by Batbold", or null for a first-time caller. */
export function lastCall(card: CallerCard, now: number): string | null {
  const last = card.last_call
  if (last === null) return null
  const outcome = outcomeWord(last.outcome)
  const who = last.agent === null ? outcome : `${outcome} by ${last.agent.name}`
  return `${day(last.at, now)} ${time(last.at)} · ${who}`
}

/** The legend under a running call's line: each kind that it has had, in the order in which they came. */
export function legend(line: readonly LiveSpan[], now: number): { tone: Tone; text: string }[] {
  return Object.entries(totals(line, now)).map(([kind, s]) => ({ tone: KIND[kind as LineKind].tone, text: `${KIND[kind as LineKind].word} ${duration(s)}` }))
}

/** An agent's state in a word: a pause says its reason. */
export function agentWord(agent: Pick<AgentRow, 'state' | 'reason' | 'on_hold'>, reason: string | null = agent.reason): string {
  if (agent.state === 'on_call' && agent.on_hold === true) return 'On hold'
  return agent.state === 'paused' && reason !== null && reason !== '' ? capital(reason) : STATE[agent.state].word
}

export function agentTone(agent: Pick<AgentRow, 'state' | 'on_hold'>): Tone {
  return agent.state === 'on_call' && agent.on_hold === true ? 'hold' : STATE[agent.state].tone
}

export function signedIn(queue: QueueRow): number {
  return Object.entries(queue.agents).reduce((sum, [state, n]) => (state === 'offline' ? sum : sum + n), 0)
}

/** Waiting over all queues: how many, and since when the longest. */
export function waitingNow(queues: readonly QueueRow[]): { count: number; longestSince: string | null } {
  const since = queues.map((q) => q.longest_since).filter((s) => s !== null).sort()
  return { count: queues.reduce((sum, q) => sum + q.waiting, 0), longestSince: since[0] ?? null }
}

/** "Kept until 22 February 2027 · deleted automatically then". */
export function keptUntil(at: string | null): string {
  return at === null ? 'Kept until somebody deletes it' : `Deleted automatically on ${date(at)}`
}

export function thirdName(third: Third): string {
  return third.agent?.name ?? callerName(third)
}

/** Whom the agent has before them: the customer, or, in a call between colleagues, the colleague. */
export function partner(call: { card: CallerCard; direction: Direction; part: LiveCall['part']; third: Third | null; from: Named | null }): string {
  if (call.part === 'third' && call.from !== null) return call.from.name
  if (call.direction === 'internal' && call.third !== null) return thirdName(call.third)
  return callerName(call.card)
}

/** What a ringing call is, over the caller's name. */
export function purposeWords(call: { purpose: Purpose; queue: Named | null; from: Named | null; direction: Direction }, me: string | null = null): string {
  const queue = call.queue?.name ?? null
  switch (call.purpose) {
    case 'callback': return queue === null ? 'Callback' : `Callback · ${queue}`
    case 'consult': return call.direction === 'internal' ? 'A colleague' : call.from === null ? 'A colleague asks you' : `${call.from.name} asks you`
    case 'transfer': return call.from === null ? 'Transferred to you' : call.from.id === me ? 'Back from your transfer' : `Transferred by ${call.from.name}`
    case 'direct': return 'For you'
    default: return queue ?? 'Incoming call'
  }
}

const LIVE_STATE: Record<Exclude<CallState, 'ended'>, { word: string; tone: Tone }> & { ended?: never } = {
  new: { word: 'Arriving', tone: 'pause' }, flow: { word: 'In the IVR', tone: 'pause' }, waiting: { word: 'Waiting', tone: 'wait' },
  offered: { word: 'Ringing', tone: 'ring' }, dialling: { word: 'Calling', tone: 'ring' }, connected: { word: 'Talking', tone: 'talk' },
  held: { word: 'On hold', tone: 'hold' }, consulting: { word: 'Consulting', tone: 'hold' }, conference: { word: 'Conference', tone: 'talk' },
  forwarding: { word: 'Forwarding', tone: 'ring' }, forwarded: { word: 'Forwarded', tone: 'talk' }, closing: { word: 'Ending', tone: 'pause' },
  voicemail: { word: 'Voicemail', tone: 'pause' },
}
/** A call between colleagues has no customer who could wait or hear music: it rings, then they talk. */
export function liveState(call: { state: CallState; direction: Direction; third: Third | null }): { word: string; tone: Tone } {
  const state = call.direction === 'internal' ? (call.third?.state === 'talking' ? 'connected' : 'dialling') : call.state
  return LIVE_STATE[state] ?? { word: capital(state), tone: 'pause' }
}

/** What a list calls a past call: the customer, or that it was between colleagues. */
export const rowName = (row: CallRow): string => (row.direction === 'internal' && row.name === null ? 'Between colleagues' : callerName(row))

export const MODE: Record<MonitorMode, { word: string; does: string }> = {
  listen: { word: 'Listen', does: 'Nobody hears you.' },
  whisper: { word: 'Whisper', does: 'Only the agent hears you.' },
  barge: { word: 'Speak', does: 'The agent and the customer hear you.' },
}

/** Who else is in the call, in one sentence; null when nobody is. */
export function listeners(monitors: readonly { user: Named; mode: MonitorMode }[]): string | null {
  if (monitors.length === 0) return null
  const does = { listen: /* @wc-include */ 'listens', whisper: 'speaks to you', barge: 'speaks with you both' }
  return monitors.map((m) => `${m.user.name} ${does[m.mode]}`).join(' · ')
}

/** What the typed text would dial, or null when it is no number. Letters and too few digits are none. */
export function dialled(text: string): string | null {
  const bare = text.replace(/[\s().\-/\u00a0\u2010-\u2015]/g, '')
  return /^\+?[0-9*#]{3,17}$/.test(bare) ? bare : null
}

export const shownNumber = (text: string): string => phoneNumber(dialled(text) ?? text)

export const MONITOR_REASONS: readonly { id: MonitorReason; word: string }[] = [
  { id: 'coaching', word: 'Coaching' }, { id: 'quality', word: 'Quality' }, { id: 'complaint', word: 'Complaint' }, { id: 'help_asked', word: 'Help was requested' },
  { id: 'technical', word: 'Technical' },
]

export const CORRECTION_REASONS: readonly { id: CorrectionReason; word: string }[] = [
  { id: 'asked', word: 'They asked' }, { id: 'forgotten', word: 'Forgotten' }, { id: 'away', word: 'Away' }, { id: 'shift_over', word: 'Shift is over' },
  { id: 'stuck', word: 'Stuck' }, { id: 'technical', word: 'Technical' }, { id: 'other', word: 'Other' },
]

export const LEAVING_REASONS: readonly { id: LeavingReason; word: string }[] = [
  { id: 'left', word: 'They left' }, { id: 'asked', word: 'They asked' }, { id: 'mistake', word: 'By mistake' }, { id: 'other', word: 'Other' },
]

/** Those of a large team who are not named: "and 93 others: 80 on a call, 13 paused". */
export function othersSaid(others: readonly Others[]): string {
  const count = others.reduce((sum, one) => sum + one.count, 0)
  const most = [...others].sort((a, b) => b.count - a.count)
  return `and ${count} ${count === 1 ? 'other' : 'others'}: ${most.map((one) => `${one.count} ${one.reason}`).join(', ')}`
}

/** Why a queue needs help, by its settings. */
export const alertLimit = (alert: { rule: 'wait' | 'waiting'; limit: number }): string =>
  alert.rule === 'wait' ? `Waiting for ${duration(alert.limit)} or longer` : `${alert.limit} or more callers waiting`
