/** What uses a thing of the organisation: its numbers, queues and flows, as far as the user may see them. */
import type { FlowSummary } from '../kit/api-types'
import { numberName } from '../kit/connections'
import { usersOf, type User, type Using } from '../kit/used_by'
import { administration } from '../links/administration'
import { api, type Items } from '../links/api'
import { account } from './account.svelte'

class UsedBy {
  #all = $state.raw<readonly Using[]>([])

  /** `known`: the flows, where they are read already. Throws a Problem. */
  async load(known?: Promise<Items<FlowSummary>>): Promise<void> {
    const [numbers, queues, flows] = await Promise.all([
      account.may('numbers.read') ? api.numbers() : { items: [] }, account.may('queues.read') ? api.queues() : { items: [] }, account.may('flows.read') ? (known ?? administration.flows()) : { items: [] },
    ])
    this.#all = [
      ...numbers.items.map((one) => ({ kind: 'number', id: one.id, name: numberName(one), within: one }) as const),
      ...queues.items.map((one) => ({ kind: 'queue', id: one.id, name: one.name, within: one }) as const),
      // Drafts and what is published: either keeps what it names from being deleted.
      ...flows.items.map((one) => ({ kind: 'flow', id: one.id, name: one.name, within: one.uses }) as const),
    ]
  }

  of(id: string): User[] {
    return usersOf(this.#all, id)
  }
}

export const usedBy = new UsedBy()
