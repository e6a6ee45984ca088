/** In which order Live lists agents. Pure. */
import type { AgentFigures, AgentRow, SessionState } from './model'

export type AgentColumn = 'name' | 'state' | 'handled' | 'handle_time_s'
/** `column` null: those on calls first, those who are away last, as a supervisor looks for them. */
export interface AgentOrder { column: AgentColumn | null; down: boolean }
/** Today's figures by agent. */
export type FiguresOf = ReadonlyMap<string, AgentFigures>

const RANK: Record<SessionState, number> = { offered: 0, on_call: 1, wrap_up: 2, available: 3, paused: 4, offline: 5 }

/** The next order after a column's head was pressed: figures begin with the greatest, words with the first; then turned round, then as at first. */
export function pressed(order: AgentOrder, column: AgentColumn): AgentOrder {
  const begins = column === 'handled' || column === 'handle_time_s'
  if (order.column !== column) return { column, down: begins }
  return order.down === begins ? { column, down: !begins } : { column: null, down: false }
}

export function sorted(agents: readonly AgentRow[], figures: FiguresOf | null, { column, down }: AgentOrder): AgentRow[] {
  const name = (a: AgentRow, b: AgentRow): number => a.name.localeCompare(b.name)
  const state = (a: AgentRow, b: AgentRow): number => RANK[a.state] - RANK[b.state]
  const turned = (n: number): number => (down ? -n : n)
  if (column === 'name') return [...agents].sort((a, b) => turned(name(a, b)))
  if (column === null || column === 'state') return [...agents].sort((a, b) => turned(state(a, b)) || name(a, b))
  // Who has no figure stands below, whichever way it is sorted.
  const value = (agent: AgentRow): number | null => figures?.get(agent.id)?.[column] ?? null
  return [...agents].sort((a, b) => {
    const [one, other] = [value(a), value(b)]
    if (one === null || other === null) return Number(one === null) - Number(other === null) || name(a, b)
    return turned(one - other) || name(a, b)
  })
}
