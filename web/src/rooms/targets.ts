/** Whom a call can go to: colleagues with their state, queues, people of recent calls, or the number as typed. Pure. */
import { callerName, phoneNumber } from '../kit/format'
import { STATE, type Tone } from '../kit/timeline'
import type { AgentRow, CallRow, QueueRow, Target } from '../kit/model'
import { agentTone, dialled } from '../kit/words'
import { countryOf } from '../kit/country'

export interface TargetRow {
  key: string
  kind: 'agent' | 'queue' | 'contact' | 'number'
  name: string
  under: string
  tone: Tone | null
  /** A colleague who could answer now. */
  free: boolean
  to: Target
}
/** `inCall`: numbers of those who are in the call already, the customer first of all; nobody is called into it twice. */
export interface Places {
  me: string | null
  agents: readonly AgentRow[]
  queues: readonly QueueRow[]
  recents: readonly CallRow[]
  inCall?: readonly (string | null | undefined)[]
}

const MIN_NATIONAL = 6

/** Whether both are one telephone's number, one of them perhaps as it is dialled at home: 0 9911 0718, 00976 9911 0718, +976 9911 0718. */
export function sameNumber(one: string, other: string): boolean {
  const [a, b] = [one, other].map((number) => number.replace(/[^0-9+]/g, '').replace(/^00/, '+'))
  if (a === undefined || b === undefined || a === b || (a.startsWith('+') && b.startsWith('+'))) return a === b
  const [whole, home] = a.startsWith('+') ? [a, b] : [b, a]
  const bare = home.replace(/^0/, '')
  return bare.length >= MIN_NATIONAL && whole.endsWith(bare)
}

/** Whether what was typed is the number of somebody who is in the call. */
export function isInCall(number: string | null, places: Places): boolean {
  return number !== null && (places.inCall ?? []).some((other) => other != null && sameNumber(number, other))
}

const RANK = ['available', 'wrap_up', 'paused', 'on_call', 'offered', 'offline']

function matches(text: string, ...fields: (string | null)[]): boolean {
  const wanted = text.trim().toLocaleLowerCase()
  const digits = wanted.replace(/[^0-9]/g, '')
  return wanted === '' || fields.some((f) => f !== null && (f.toLocaleLowerCase().includes(wanted) || (digits.length > 2 && f.replace(/[^0-9]/g, '').includes(digits))))
}

export function targets(text: string, places: Places): TargetRow[] {
  const agents = places.agents
    .filter((a) => a.id !== places.me && matches(text, a.name))
    .sort((a, b) => RANK.indexOf(a.state) - RANK.indexOf(b.state) || a.name.localeCompare(b.name))
    .map((a): TargetRow => ({ key: a.id, kind: 'agent', name: a.name, under: STATE[a.state].word, tone: agentTone(a), free: a.state === 'available', to: { agent_id: a.id } }))
  const queues = places.queues
    .filter((q) => matches(text, q.name))
    .map((q): TargetRow => ({
      key: q.id, kind: 'queue', name: q.name, tone: null, free: q.agents.available > 0, to: { queue_id: q.id },
      under: `Queue · ${q.waiting === 0 ? 'nobody waits' : `${q.waiting} waiting`} · ${q.agents.available} free`,
    }))
  const [free, busy] = [agents.filter((a) => a.free), agents.filter((a) => !a.free)]
  const elsewhere = (row: TargetRow): boolean => !('number' in row.to && isInCall(row.to.number, places))
  return [...typed(text).filter(elsewhere), ...free, ...queues, ...busy, ...contacts(text, places.recents).filter(elsewhere).slice(0, 6)]
}

function typed(text: string): TargetRow[] {
  const number = dialled(text)
  if (number === null) return []
  return [{ key: 'typed', kind: 'number', name: phoneNumber(number), under: countryOf(number) ?? 'Outside number', tone: null, free: true, to: { number } }]
}

function contacts(text: string, recents: readonly CallRow[]): TargetRow[] {
  const seen = new Set<string>([dialled(text) ?? ''])
  const rows: TargetRow[] = []
  for (const row of recents) {
    if (row.number === null || seen.has(row.number) || !matches(text, row.name, row.number)) continue
    seen.add(row.number)
    const under = row.name === null ? (countryOf(row.number) ?? 'Outside number') : phoneNumber(row.number)
    rows.push({ key: row.number, kind: 'contact', name: callerName(row), under, tone: null, free: true, to: { number: row.number } })
  }
  return rows
}
