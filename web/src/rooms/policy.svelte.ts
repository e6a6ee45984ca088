/** Whether the user is to accept the privacy policy before anything else, asked once when the app opens. */
import { api } from '../links/api'
import type { MyPolicy } from '../kit/model'
import { Trying } from './trying.svelte'

class Policy extends Trying {
  /** What is to be accepted; null: nothing is. */
  due = $state.raw<MyPolicy | null>(null)
  /** The server has not said yet whether something is. */
  asking = $state(true)
  #asked = 0

  /** Where the server does not say, the app opens as ever: calls come first, and the next start asks again. */
  async load(): Promise<void> {
    const asked = ++this.#asked
    this.asking = true
    const mine = await api.myPolicy().catch(() => null)
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
    this.#asked++
    this.due = this.problem = null
    this.asking = true
  }
}

export const policy = new Policy()
