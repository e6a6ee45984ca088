/** Legal holds: the list, one with its history, setting, reviewing and releasing. Names of what they keep, as far as one may see them. */
import { api } from '../links/api'
import type { LegalHold, LegalHoldRow, LegalHoldWish } from '../kit/model'
import { account } from './account.svelte'
import { Trying } from './trying.svelte'

const PAGE = '50'

class Holds extends Trying {
  /** Null until the first answer. */
  rows = $state.raw<readonly LegalHoldRow[] | null>(null)
  next = $state.raw<string | null>(null)
  state = $state<'open' | 'released'>('open')
  /** The one that is looked at. */
  one = $state.raw<LegalHold | null>(null)
  people = $state.raw<readonly { id: string; name: string }[]>([])
  queues = $state.raw<readonly { id: string; name: string }[]>([])

  load(): Promise<boolean> {
    return this.try(async () => {
      const page = await api.legalHolds({ state: this.state, limit: PAGE })
      ;[this.rows, this.next] = [page.items, page.next]
      await this.#loadNames()
    }, 'rows')
  }

  choose(state: 'open' | 'released'): Promise<boolean> {
    this.state = state
    return this.load()
  }

  more(): Promise<boolean> {
    const cursor = this.next
    if (cursor === null) return Promise.resolve(true)
    return this.try(async () => {
      const page = await api.legalHolds({ state: this.state, limit: PAGE, cursor })
      this.rows = [...(this.rows ?? []), ...page.items]
      this.next = page.next
    }, 'more')
  }

  open(id: string): Promise<boolean> {
    if (this.one?.id !== id) this.one = null
    return this.try(async () => {
      this.one = await api.legalHold(id)
      await this.#loadNames()
    }, 'open')
  }

  begin(): Promise<boolean> {
    return this.try(() => this.#loadNames(), 'names')
  }

  /** The new one, or null. */
  async set(wish: LegalHoldWish): Promise<LegalHold | null> {
    let made: LegalHold | null = null
    await this.try(async () => void (made = this.one = await api.setLegalHold(wish)), 'set')
    return made
  }

  review(id: string, note: string, reviewOn: string): Promise<boolean> {
    return this.try(async () => void (this.one = await api.reviewLegalHold(id, { note, review_on: reviewOn })), 'review')
  }

  release(id: string, reason: string): Promise<boolean> {
    return this.try(async () => void (this.one = await api.releaseLegalHold(id, reason)), 'release')
  }

  nameOf(id: string): string | null {
    return [...this.people, ...this.queues].find((one) => one.id === id)?.name ?? null
  }

  async #loadNames(): Promise<void> {
    const none = { items: [] }
    const [people, queues] = await Promise.all([
      account.may('users.read') ? api.people().catch(() => none) : none,
      account.may('queues.read') ? api.queues().catch(() => none) : none,
    ])
    this.people = people.items
    this.queues = queues.items
  }
}

export const holds = new Holds()
