/** Whom a call can go to: colleagues with their state, queues, people of recent calls, or the number as typed. Pure. */
import { callerName, phoneNumber } from '../kit/format'
import { STATE, type Tone } from '../kit/line'
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
export interface Places { me: string | null; agents: readonly AgentRow[]; queues: readonly QueueRow[]; recents: readonly CallRow[] }

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
  return [...typed(text), ...free, ...queues, ...busy, ...contacts(text, places.recents)]
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
  return rows.slice(0, 6)
}
