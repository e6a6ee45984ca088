/**
 * Snapshot + later events = what is true now. Pure: live.svelte.ts feeds it. Events are kept for a while, because a
 * snapshot asked for now may be answered with a state from before them; each snapshot is followed by those it lacks.
 */
import type { AgentRow, LiveState, QueueRow, SessionView, SystemParts } from '../kit/model'
import { readCall, readCallLive, readLive } from '../kit/reading'

export interface LiveEvent { name: string; seq: number; body: Record<string, unknown> }
export interface Following {
  live: LiveState | null
  recent: readonly LiveEvent[]
  /** The highest seq among events no longer kept: a snapshot older than it would leave a gap. */
  dropped: number
  /** The seq of the newest event about each thing since the snapshot: one with a lower seq says how it was before. */
  newest: Readonly<Record<string, number>>
}
type Applied = Pick<Following, 'newest'> & { live: LiveState }

export const KEPT_EVENTS = 400
export const NOTHING: Following = { live: null, recent: [], dropped: -1, newest: {} }

/** Reads what came over the wire; null for what has no seq and so no place in the order. */
export function readEvent(name: string, body: unknown): LiveEvent | null {
  if (typeof body !== 'object' || body === null) return null
  const seq = (body as Record<string, unknown>)['seq']
  return typeof seq === 'number' ? { name, seq, body: body as Record<string, unknown> } : null
}

function upsert<T extends { id: string }>(rows: readonly T[], row: T): T[] {
  return rows.some((r) => r.id === row.id) ? rows.map((r) => (r.id === row.id ? { ...r, ...row } : r)) : [...rows, row]
}

/** One event applied. Events of unknown names change nothing, so that an old app outlives a new server. */
export function fold(live: LiveState, event: LiveEvent): LiveState {
  const { seq: _seq, ...body } = event.body
  switch (event.name) {
    case 'session':
      return { ...live, session: body as unknown as SessionView }
    case 'call':
      if (body['state'] === 'ended') return live.call?.id === body['id'] ? { ...live, call: null } : live
      return { ...live, call: readCall(body) }
    case 'live_call':
      if (body['state'] === 'ended') return { ...live, calls: (live.calls ?? []).filter((call) => call.id !== body['id']) }
      return { ...live, calls: upsert(live.calls ?? [], readCallLive(body)) }
    case 'queue':
      return { ...live, queues: upsert(live.queues, body as unknown as QueueRow) }
    case 'agent':
      // A call taken back says nothing of holding any more, and a merged row would keep it.
      return { ...live, agents: upsert(live.agents, { on_hold: false, ...body } as unknown as AgentRow) }
    case 'system':
      return { ...live, system: { ...live.system, ...(body as unknown as Partial<SystemParts>) } }
    default:
      return live
  }
}

/** A screen has one call and one session, but rows by id. */
function thing({ name, body }: LiveEvent): string {
  return name === 'live_call' || name === 'queue' || name === 'agent' ? `${name} ${String(body['id'])}` : name
}

/** What a snapshot with this seq may lack. The state of the parts has no line in the journal: it is told with the last one's seq. */
function since({ name, seq }: LiveEvent, snapshot: number): boolean {
  return name === 'system' ? seq >= snapshot : seq > snapshot
}

/** Late events change nothing. */
function apply({ live, newest }: Applied, event: LiveEvent): Applied {
  const about = thing(event)
  const known = newest[about]
  if (known === undefined ? !since(event, live.seq) : event.seq < known) return { live, newest }
  return { live: fold(live, event), newest: { ...newest, [about]: event.seq } }
}

export function heard(before: Following, event: LiveEvent): Following {
  const recent = [...before.recent, event]
  let dropped = before.dropped
  while (recent.length > KEPT_EVENTS) dropped = Math.max(dropped, recent.shift()?.seq ?? -1)
  if (before.live === null) return { ...before, recent, dropped }
  return { ...apply({ live: before.live, newest: before.newest }, event), recent, dropped }
}

/** A snapshot arrived. `gap` means that it is too old for the events still kept: ask again. */
export function taken(before: Following, snapshot: LiveState): { after: Following; gap: boolean } {
  if (snapshot.seq < before.dropped) return { after: before, gap: true }
  const later = before.recent.filter((event) => since(event, snapshot.seq))
  const now = later.reduce(apply, { live: readLive(snapshot), newest: {} })
  return { after: { ...now, recent: later, dropped: before.dropped }, gap: false }
}

/** The connection is new: events were missed, so only a new snapshot may be trusted. The old state stays on screen. */
export function reconnected(before: Following): Following {
  return { live: before.live, recent: [], dropped: -1, newest: before.newest }
}
