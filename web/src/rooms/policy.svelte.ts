/** Whether the user is to accept the privacy policy before anything else, asked once when the app opens. */
import { api } from '../links/api'
import { store } from '../links/store'
import type { MyPolicy } from '../kit/model'
import { Trying } from './trying.svelte'

class Policy extends Trying {
  /** What is to be accepted; null: nothing is. */
  due = $state.raw<MyPolicy | null>(null)
  /** The server has not said yet whether something is. */
  asking = $state(true)
  #asked = 0
  /** The token that it was asked with, or is; null: it is to be asked. */
  #with: string | null = null
  /** It is known who is signed in. */
  #begun = false

  /** Asks, unless the server said it before it was known who is signed in. */
  begin(): void {
    this.#begun = true
    if (this.#with === null || this.#with !== store.token()) void this.load()
  }

  /**
   * Where the server does not say, the app opens as ever: calls come first, and the next start asks again. But what
   * fails before it is known who is signed in (no network yet, a second factor to be set up first) is asked again then.
   */
  async load(): Promise<void> {
    const early = !this.#begun
    this.#with = store.token()
    const asked = ++this.#asked
    this.asking = true
    const mine = await api.myPolicy().catch(() => null)
    if (asked !== this.#asked) return
    if (mine === null) this.#with = null
    if (mine === null && early) {
      if (this.#begun) await this.load()
      return
    }
    this.due = mine?.to_accept === true ? mine : null
    this.asking = false
  }

  /** What is shown, and no other text. Where another one applies by now, that is shown. */
  async accept(): Promise<void> {
    const shown = this.due
    if (shown === null) return
    if (await this.try(() => api.acceptPolicy({ version: shown.current.version, hash: shown.current.hash }))) this.due = null
    else if (this.problem?.code === 'policy_outdated') this.due = (await api.myPolicy().catch(() => null)) ?? shown
  }

  stop(): void {
    this.#begun = false
    this.#with = null
    this.#asked++
    this.due = this.problem = null
    this.asking = true
  }
}

export const policy = new Policy()
