/** The register of transfers of personal data to other regions, and all that is given data. */
import { api } from '../links/api'
import type { DataEndpoint, DataTransfer, DataTransferWish, PolicyStatements } from '../kit/model'
import { account } from './account.svelte'
import { Trying } from './trying.svelte'

class Transfers extends Trying {
  /** Null until the first answer. */
  entries = $state.raw<readonly DataTransfer[] | null>(null)
  endpoints = $state.raw<readonly DataEndpoint[]>([])
  /** Null: not known, or not for this user. */
  stated = $state.raw<PolicyStatements | null>(null)

  load(): Promise<boolean> {
    return this.#do(() => Promise.resolve(), 'load')
  }

  add(wish: DataTransferWish): Promise<boolean> {
    return this.#do(() => api.addDataTransfer(wish), 'add')
  }

  remove(id: string): Promise<boolean> {
    return this.#do(() => api.dropDataTransfer(id), 'remove')
  }

  #do(work: () => Promise<unknown>, doing: string): Promise<boolean> {
    return this.try(async () => {
      await work()
      const [entries, endpoints, stated] = await Promise.all([
        api.dataTransfers(), api.dataEndpoints(), account.may('organisation.read') ? api.policyStatements().catch(() => null) : null,
      ])
      this.entries = entries.items
      this.endpoints = endpoints.items
      this.stated = stated
    }, doing)
  }
}

export const transfers = new Transfers()
