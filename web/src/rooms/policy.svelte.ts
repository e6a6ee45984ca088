/** Whether the user is to accept the privacy policy before anything else, asked once when the app opens. */
import { api } from '../links/api'
import { store } from '../links/store'
import type { MyPolicy } from '../kit/model'
import { asProblem } from '../kit/problem'
import { Trying } from './trying.svelte'

class Policy extends Trying {
  /** What is to be accepted; null: nothing is. */
  due = $state.raw<MyPolicy | null>(null)
  /** The server has not said yet whether something is. */
  asking = $state(true)
  #asked = 0
  /** The token that it was asked with; null: it is to be asked. */
  #with: string | null = null

  /** Asks, unless that was done before it was known who is signed in. */
  begin(): void {
    if (this.#with === null || this.#with !== store.token()) void this.load()
  }

  /** Where the server does not say, the app opens as ever: calls come first, and the next start asks again. */
  async load(): Promise<void> {
    this.#with = store.token()
    const asked = ++this.#asked
    this.asking = true
    const mine = await api.myPolicy().catch((error: unknown) => {
      // A second factor is to be set up first.
      if (asked === this.#asked && asProblem(error).status === 403) this.#with = null
      return null
    })
    if (asked !== this.#asked) return
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
    this.#with = null
    this.#asked++
    this.due = this.problem = null
    this.asking = true
  }
}

export const policy = new Policy()
