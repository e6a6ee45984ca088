/** The organisation's trunks: the ways to and from its carriers, and how each fares. */
import { api } from '../links/api'
import type { Trunk, TrunkWish } from '../kit/connections'
import { Trying } from './trying.svelte'

class Trunks extends Trying {
  /** Null until the first answer. */
  rows = $state.raw<readonly Trunk[] | null>(null)

  load(): Promise<boolean> {
    return this.#do(() => Promise.resolve())
  }

  /** How they fare now; what stands against it is not shown, since the next look is soon. */
  async look(): Promise<void> {
    this.rows = await api.trunks().then((page) => page.items, () => this.rows)
  }

  add(wish: Partial<TrunkWish>): Promise<boolean> {
    return this.#do(() => api.addTrunk(wish))
  }

  change(id: string, wish: Partial<TrunkWish>): Promise<boolean> {
    return this.#do(() => api.changeTrunk(id, wish))
  }

  remove(id: string): Promise<boolean> {
    return this.#do(() => api.dropTrunk(id))
  }

  #do(work: () => Promise<unknown>): Promise<boolean> {
    return this.try(async () => {
      await work()
      this.rows = (await api.trunks()).items
    })
  }
}

export const trunks = new Trunks()
