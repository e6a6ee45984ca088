/** The organisation's queues and their settings, for the owner. */
import { api } from '../links/api'
import type { Named, QueueSettings } from '../kit/model'
import { asProblem, type Problem } from '../kit/problem'

class Queues {
  /** Null until the first answer. */
  rows = $state.raw<readonly QueueSettings[] | null>(null)
  hours = $state.raw<readonly Named[]>([])
  problem = $state.raw<Problem | null>(null)
  busy = $state(false)

  async load(): Promise<void> {
    try {
      const [queues, hours] = await Promise.all([api.queues(), api.hours().catch(() => ({ items: [] }))])
      this.rows = queues.items
      this.hours = hours.items
      this.problem = null
    } catch (error) {
      this.problem = asProblem(error)
    }
  }

  /** Only what differs is sent, so that two people at work do not undo each other. */
  async save(queue: QueueSettings, changed: QueueSettings): Promise<boolean> {
    const names = Object.keys(changed) as (keyof QueueSettings)[]
    const changes = Object.fromEntries(names.filter((n) => JSON.stringify(changed[n]) !== JSON.stringify(queue[n])).map((n) => [n, changed[n]]))
    this.busy = true
    try {
      const saved = await api.changeQueue(queue.id, changes)
      this.rows = (this.rows ?? []).map((row) => (row.id === saved.id ? saved : row))
      this.problem = null
      return true
    } catch (error) {
      this.problem = asProblem(error)
      return false
    } finally {
      this.busy = false
    }
  }
}

export const queues = new Queues()
