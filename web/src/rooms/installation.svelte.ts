/** How the installation is, for its operators: each minute for the dot in the menu, and every few seconds while its page is open. */
import { untrack } from 'svelte'
import { api } from '../links/api'
import type { InstallationStatus } from '../kit/model'
import { asProblem } from '../kit/problem'
import { account } from './account.svelte'
import { Trying } from './trying.svelte'

const AGAIN_MS = 60_000
const OPEN_MS = 10_000

class Installation extends Trying {
  /** As last told; null: the server has not said. */
  status = $state.raw<InstallationStatus | null>(null)
  #timer = 0
  #run = 0

  /** What is asked by itself asks nobody for a second factor: then there is no dot. */
  start(): void {
    const look = (): void => void this.#look(true).catch(() => undefined)
    look()
    this.#timer = window.setInterval(look, AGAIN_MS)
  }

  /** What the menu's dot says; null: all is well, or it is not known. */
  get trouble(): 'look' | 'wrong' | null {
    const state = this.status?.state
    return state === 'look' || state === 'wrong' ? state : null
  }

  load(): Promise<boolean> {
    return this.try(() => this.#look(false))
  }

  /** While the page is open; returns what ends it. The first time asks for a second factor where one is missing. */
  open(): () => void {
    void untrack(() => this.load())
    const timer = window.setInterval(() => document.visibilityState === 'visible' && this.status !== null && void this.try(() => this.#look(true)), OPEN_MS)
    return () => clearInterval(timer)
  }

  /** What is answered after `stop` is dropped: somebody else may be here. */
  async #look(quiet: boolean): Promise<void> {
    const mine = this.#run
    try {
      const status = await api.installation(quiet)
      if (mine === this.#run) this.status = status
    } catch (error) {
      if (mine === this.#run && asProblem(error).code === 'operator_only') void account.renew()
      throw error
    }
  }

  stop(): void {
    this.#run += 1
    clearInterval(this.#timer)
    this.status = this.problem = null
  }
}

export const installation = new Installation()
