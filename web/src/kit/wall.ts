/** What the wall shows: figures of the whole team, and its queues page by page. Pure. No names of callers come here. */
import type { AgentRow, QueueRow, StaffCount } from './model'

export interface Staff { free: number; inCall: number; paused: number }

/** Of the signed-in: who is free, who has a call or what follows it, who is paused. */
export function staffOf(agents: StaffCount): Staff {
  return { free: agents.available, inCall: agents.offered + agents.on_call + agents.wrap_up, paused: agents.paused }
}

/** Each agent once, in however many queues they are. */
export function staffOfAll(agents: readonly Pick<AgentRow, 'state'>[]): Staff {
  const counts: StaffCount = { offline: 0, available: 0, offered: 0, on_call: 0, wrap_up: 0, paused: 0 }
  for (const agent of agents) counts[agent.state] += 1
  return staffOf(counts)
}

/** As many queues as can be read from afar. */
export const ROWS = 6

/** Those with alerts first, then those whose callers have waited longest, then by name. */
export function onWall(queues: readonly QueueRow[]): QueueRow[] {
  const since = (queue: QueueRow): string => queue.longest_since ?? '9999'
  return [...queues].sort((a, b) => Number(b.alerts.length > 0) - Number(a.alerts.length > 0) || since(a).localeCompare(since(b)) || a.name.localeCompare(b.name))
}

/** One page of them; pages are counted on and on. */
export function pageOf<T>(all: readonly T[], page: number): { rows: readonly T[]; page: number; pages: number } {
  const pages = Math.max(1, Math.ceil(all.length / ROWS))
  const here = page % pages
  return { rows: all.slice(here * ROWS, (here + 1) * ROWS), page: here + 1, pages }
}
