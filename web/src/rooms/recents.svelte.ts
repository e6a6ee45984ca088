/** The latest calls, loaded again whenever a call record is told of. */
import { untrack } from 'svelte'
import { api } from '../links/api'
import type { CallRow } from '../kit/model'
import { live } from './live.svelte'

const KEPT = 12

class Recents {
  /** Null until the first answer, so that screens keep their layout still. */
  rows = $state.raw<CallRow[] | null>(null)
  failed = $state(false)
  #stop: (() => void) | null = null

  start(): void {
    this.#stop ??= $effect.root(() => {
      $effect(() => {
        void live.records
        void live.link
        const timer = setTimeout(() => void this.load(), untrack(() => this.rows) === null ? 0 : 250)
        return () => clearTimeout(timer)
      })
    })
  }

  stop(): void {
    this.#stop?.()
    this.#stop = null
    this.rows = null
  }

  async load(): Promise<void> {
    try {
      this.rows = (await api.calls(KEPT, null, '')).items
      this.failed = false
    } catch {
      this.failed = true
    }
  }
}

export const recents = new Recents()
