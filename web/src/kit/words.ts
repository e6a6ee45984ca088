/** Sentences about calls and agents, from what the server sends. Pure. */
import { capital, date, day, duration, time, times } from './format'
import type { AgentRow, CallerCard, CallRow, LineKind, LiveSpan, QueueRow } from './model'
import { STATE, totals, type Tone } from './line'

/** What a list says under the caller's name: "Support · 4:12", "Sales · left after 0:48". */
export function callSummary(row: CallRow): string {
  const queue = row.queue?.name
  const what = outcomeWords(row)
  return queue === undefined ? what : `${queue} · ${what}`
}

export function outcomeWords(row: CallRow): string {
  switch (row.outcome) {
    case 'answered': return duration(row.talk_s + row.hold_s)
    case 'abandoned': return `left after ${duration(row.wait_s + row.ring_s)}`
    case 'voicemail': {
      const left = row.line.find((span) => span.kind === 'voicemail')?.s ?? row.recording?.duration_s ?? null
      return left === null ? 'voicemail' : `voicemail ${duration(left)}`
    }
    case 'failed': return 'failed'
  }
}

export function outcomeTone(row: CallRow): Tone {
  return row.outcome === 'answered' ? 'talk' : row.outcome === 'voicemail' ? 'pause' : 'bad'
}

export function endedBy(row: CallRow): string | null {
  if (row.ended_by === null) return null
  return row.ended_by === 'agent' ? 'agent hung up' : row.ended_by === 'caller' ? 'caller hung up' : 'ended by the system'
}

export function callsThisWeek(card: CallerCard): string {
  return card.calls_this_week === 0 ? 'First call this week' : `Called ${times(card.calls_this_week)} this week`
}

/** "Yesterday 14:02 · answered by Batbold", or null for a first-time caller. */
export function lastCall(card: CallerCard, now: number): string | null {
  const last = card.last_call
  if (last === null) return null
  const who = last.agent === null ? last.outcome : `${last.outcome} by ${last.agent.name}`
  return `${day(last.at, now)} ${time(last.at)} · ${who}`
}

const LEGEND: readonly { kind: LineKind; word: string; tone: Tone }[] = [
  { kind: 'wait', word: 'wait', tone: 'wait' },
  { kind: 'talk', word: 'talk', tone: 'talk' },
  { kind: 'hold', word: 'hold', tone: 'hold' },
]

/** The legend under a running call's line: only the kinds it has had. The ring is over and short: its colour says it. */
export function legend(line: readonly LiveSpan[], now: number): { tone: Tone; text: string }[] {
  const sums = totals(line, now)
  return LEGEND.flatMap(({ kind, word, tone }) => {
    const s = sums[kind]
    return s === undefined ? [] : [{ tone, text: `${word} ${duration(s)}` }]
  })
}

/** An agent's state in a word: a pause says its reason. */
export function agentWord(agent: Pick<AgentRow, 'state' | 'reason' | 'on_hold'>): string {
  if (agent.state === 'on_call' && agent.on_hold === true) return 'On hold'
  return agent.state === 'paused' && agent.reason !== null && agent.reason !== '' ? capital(agent.reason) : STATE[agent.state].word
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

/** "Kept until 22 February 2027 · deleted by itself then". */
export function keptUntil(at: string | null): string {
  return at === null ? 'Kept until it is deleted by hand' : `Deleted by itself on ${date(at)}`
}
