/** What a supervisor does with agents, calls and callbacks from the live screen; the server decides, this room asks. */
import { untrack } from 'svelte'
import { api } from '../links/api'
import { supervising } from '../links/supervising'
import type { CallbackRow, CorrectedState, CorrectionReason } from '../kit/model'
import { live } from './live.svelte'
import { Trying } from './trying.svelte'

const KNOWN_MS = 1_000

class Supervision extends Trying {
  callbacks = $state.raw<readonly CallbackRow[]>([])
  /** Asked for once, or about to take too long: Live is not drawn before, since it would move what stands below. */
  known = $state(false)

  /** Keeps the callbacks fresh while the live screen is open: they change with queues and records. */
  follow(): () => void {
    return $effect.root(() => {
      $effect(() => {
        void live.records
        void live.state?.queues
        const timer = setTimeout(() => void untrack(() => this.load()), untrack(() => this.known) ? 300 : 0)
        return () => clearTimeout(timer)
      })
      const late = setTimeout(() => (this.known = true), KNOWN_MS)
      return () => clearTimeout(late)
    })
  }

  async load(): Promise<void> {
    this.callbacks = await api.callbacks().then((page) => page.items, () => this.callbacks)
    this.known = true
  }

  correct(agent: string, state: CorrectedState, reason: CorrectionReason): Promise<boolean> {
    return this.#do(agent, () => api.correct(agent, state, reason))
  }

  endOffer(agent: string): Promise<boolean> {
    return this.#do(agent, () => supervising.endOffer(agent))
  }

  endCall(call: string): Promise<boolean> {
    return this.#do(call, () => api.endCall(call))
  }

  async cancelCallback(id: string): Promise<boolean> {
    const done = await this.#do(id, () => api.cancelCallback(id))
    if (done) this.callbacks = this.callbacks.filter((row) => row.id !== id)
    return done
  }

  #do(what: string, work: () => Promise<void>): Promise<boolean> {
    return this.try(() => work().then(() => live.refreshSoon()), what)
  }
}

export const supervision = new Supervision()
