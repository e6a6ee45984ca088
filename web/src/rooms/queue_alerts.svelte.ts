/** The alerts of queues, the newest first, loaded again whenever one is raised or ends. */
import type { QueueAlert } from '../kit/model'
import { supervising } from '../links/supervising'
import { live } from './live.svelte'

class QueueAlerts {
  /** Null until the first answer. */
  rows = $state.raw<readonly QueueAlert[] | null>(null)
  next = $state<string | null>(null)
  failed = $state(false)
  busy = $state(false)

  /** As long as they are shown. */
  follow(): () => void {
    return $effect.root(() => {
      const lasting = $derived((live.state?.queues ?? []).flatMap((queue) => queue.alerts.map((alert) => alert.id)).join())
      $effect(() => {
        void lasting
        void this.load()
      })
    })
  }

  async load(): Promise<void> {
    try {
      const page = await supervising.queueAlerts(null)
      this.rows = page.items
      this.next = page.next
      this.failed = false
    } catch {
      this.failed = true
    }
  }

  async more(): Promise<void> {
    if (this.busy || this.next === null) return
    this.busy = true
    try {
      const page = await supervising.queueAlerts(this.next)
      this.rows = [...(this.rows ?? []), ...page.items]
      this.next = page.next
    } catch {
      this.failed = true
    } finally {
      this.busy = false
    }
  }
}

export const queueAlerts = new QueueAlerts()
