/** The organisation's queues and their settings, for the owner. */
import { api } from '../links/api'
import type { Named, QueueSettings } from '../kit/model'
import { Trying } from './trying.svelte'

class Queues extends Trying {
  /** Null until the first answer. */
  rows = $state.raw<readonly QueueSettings[] | null>(null)
  hours = $state.raw<readonly Named[]>([])

  load(): Promise<boolean> {
    return this.try(async () => {
      const [queues, hours] = await Promise.all([api.queues(), api.hours().catch(() => ({ items: [] }))])
      this.rows = queues.items
      this.hours = hours.items
    })
  }

  /** Only what differs is sent, so that two people at work do not undo each other. */
  save(queue: QueueSettings, changed: QueueSettings): Promise<boolean> {
    const names = Object.keys(changed) as (keyof QueueSettings)[]
    const changes = Object.fromEntries(names.filter((n) => JSON.stringify(changed[n]) !== JSON.stringify(queue[n])).map((n) => [n, changed[n]]))
    return this.try(async () => {
      const saved = await api.changeQueue(queue.id, changes)
      this.rows = (this.rows ?? []).map((row) => (row.id === saved.id ? saved : row))
    })
  }
}

export const queues = new Queues()
