/** Who was probably written down twice: pages of pairs, one pair compared, merged or said to be two. */
import { api } from '../links/api'
import type { Duplicate, MergeWish, Person } from '../kit/model'
import { contacts } from './contacts.svelte'
import { Trying } from './trying.svelte'

class Duplicates extends Trying {
  /** Null until the first answer. */
  pairs = $state.raw<readonly Duplicate[] | null>(null)
  next = $state<string | null>(null)

  load(): Promise<boolean> {
    return this.try(async () => {
      const page = await api.duplicates(null)
      this.pairs = page.items
      this.next = page.next
    }, 'load')
  }

  /** What was found meanwhile, without a word: only where the list is one page. */
  async refresh(): Promise<void> {
    if (this.busy || this.pairs === null || this.next !== null) return
    try {
      const page = await api.duplicates(null)
      if (this.busy) return
      this.pairs = page.items
      this.next = page.next
    } catch {
      // The list stays as it is.
    }
  }

  more(): Promise<boolean> {
    return this.try(async () => {
      const page = await api.duplicates(this.next)
      const there = new Set(this.pairs?.map((one) => one.id))
      this.pairs = [...(this.pairs ?? []), ...page.items.filter((one) => !there.has(one.id))]
      this.next = page.next
    }, 'more')
  }

  dismiss(id: string): Promise<boolean> {
    return this.try(async () => {
      await api.dismissDuplicate(id)
      this.#drop(id)
    }, 'dismiss')
  }

  /** `kept` stays, with what `other` has. */
  merge(pair: Duplicate, kept: Person, other: Person, take: NonNullable<MergeWish['take']>): Promise<boolean> {
    return this.try(async () => {
      const merged = await api.mergeContacts(kept.id, { other_id: other.id, version: kept.version, other_version: other.version, take })
      contacts.done = { says: `${other.name} was merged into ${merged.person.name}`, entry: merged.entry.id }
      this.#drop(pair.id, other.id)
      await contacts.search()
    }, 'merge')
  }

  #drop(id: string, gone?: string): void {
    this.pairs = (this.pairs ?? []).filter((one) => one.id !== id && !one.people.some((person) => person.id === gone))
  }
}

export const duplicates = new Duplicates()
