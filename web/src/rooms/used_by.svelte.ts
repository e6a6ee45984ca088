/** What uses a thing of the organisation: its numbers, queues and flows, as far as the user may see them. */
import { numberName } from '../kit/connections'
import { usersOf, type User, type Using } from '../kit/used_by'
import { administration } from '../links/administration'
import { api } from '../links/api'
import { account } from './account.svelte'

class UsedBy {
  #all = $state.raw<readonly Using[]>([])

  /** Throws a Problem. */
  async load(): Promise<void> {
    const [numbers, queues, flows] = await Promise.all([
      account.may('numbers.read') ? api.numbers() : { items: [] }, account.may('queues.read') ? api.queues() : { items: [] }, account.may('flows.read') ? this.#flows() : [],
    ])
    this.#all = [
      ...numbers.items.map((one) => ({ kind: 'number', id: one.id, name: numberName(one), within: one }) as const),
      ...queues.items.map((one) => ({ kind: 'queue', id: one.id, name: one.name, within: one }) as const),
      ...flows,
    ]
  }

  of(id: string): User[] {
    return usersOf(this.#all, id)
  }

  /** Drafts and what is published: either keeps what it names from being deleted. */
  async #flows(): Promise<Using[]> {
    const { items } = await administration.flows()
    return Promise.all(items.map(async ({ id, name, published }) => {
      const within = await Promise.all([administration.flow(id), published === null ? null : administration.flowVersion(id, published)])
      return { kind: 'flow', id, name, within: within.map((one) => one?.nodes) } as const
    }))
  }
}

export const usedBy = new UsedBy()
