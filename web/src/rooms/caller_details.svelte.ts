/** What stands beside the card of the call in hand: read once for each call, apart from the call, which never waits for it. */
import { untrack } from 'svelte'
import { api } from '../links/api'
import type { CallerDetails, CardPerson } from '../kit/model'
import type { DeskCall } from './desk'

const AGAIN_MS = 4_000

class CallersDetails {
  /** Null until they are there, and of a call without a customer. */
  shown = $state.raw<CallerDetails | null>(null)
  #wanted: string | null = null

  /** Follows the call that is shown, for as long as its screen is. */
  follow(call: () => DeskCall): void {
    $effect(() => {
      const { id, direction } = call()
      if (id === null || direction === 'internal') return
      untrack(() => void this.#load(id))
    })
  }

  of(call: Pick<DeskCall, 'id'>): CallerDetails | null {
    return this.shown !== null && this.shown.call_id === call.id ? this.shown : null
  }

  /** Who has the number: as the card came with the call, then as the server has it now. */
  people(call: Pick<DeskCall, 'id' | 'card'>): readonly CardPerson[] {
    return this.of(call)?.people ?? call.card.people
  }

  async #load(id: string): Promise<void> {
    if (this.#wanted === id) return
    this.#wanted = id
    await this.#read(id)
  }

  async #read(id: string): Promise<void> {
    let whole = false
    try {
      const found = await api.liveCaller()
      if (this.#wanted !== id) return
      if (found.call_id === id) this.shown = found
      whole = found.call_id === id && found.people !== null && found.calls !== null && found.tasks !== null
    } catch {
      // The call goes on without; it is asked for once more below.
    }
    if (!whole) setTimeout(() => void this.#again(id), AGAIN_MS)
  }

  async #again(id: string): Promise<void> {
    if (this.#wanted !== id) return
    try {
      const found = await api.liveCaller()
      if (this.#wanted === id && found.call_id === id) this.shown = found
    } catch {
      // Nothing is shown of it then.
    }
  }
}

export const callerDetails = new CallersDetails()
