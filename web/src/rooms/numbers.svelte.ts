/** The numbers that customers dial, and what a call to each may lead to. */
import { api } from '../links/api'
import type { NumberWish, OwnNumber } from '../kit/connections'
import type { Named } from '../kit/model'
import { account } from './account.svelte'
import { Trying } from './trying.svelte'

class Numbers extends Trying {
  /** Null until the first answer. */
  rows = $state.raw<readonly OwnNumber[] | null>(null)
  queues = $state.raw<readonly Named[]>([])
  flows = $state.raw<readonly Named[]>([])
  trunks = $state.raw<readonly Named[]>([])
  prompts = $state.raw<readonly Named[]>([])

  load(): Promise<boolean> {
    return this.#do(async () => {
      const flows = account.may('flows.read')
      const [queues, trunks, menus, prompts] = await Promise.all([api.queues(), api.trunks(), flows ? api.flows() : null, flows ? api.prompts() : null])
      this.queues = queues.items
      this.trunks = trunks.items
      this.flows = menus?.items ?? []
      this.prompts = prompts?.items ?? []
    })
  }

  add(wish: NumberWish): Promise<boolean> {
    return this.#do(() => api.addNumber(wish))
  }

  change(id: string, wish: Partial<NumberWish>): Promise<boolean> {
    return this.#do(() => api.changeNumber(id, wish))
  }

  remove(id: string): Promise<boolean> {
    return this.#do(() => api.dropNumber(id))
  }

  #do(work: () => Promise<unknown>): Promise<boolean> {
    return this.try(async () => {
      await work()
      this.rows = (await api.numbers()).items
    })
  }
}

export const numbers = new Numbers()
