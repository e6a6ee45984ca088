/** Contacts that were deleted in the last 30 days and can come back. */
import { api } from '../links/api'
import type { PersonPast } from '../kit/model'
import { Trying } from './trying.svelte'

class DeletedContacts extends Trying {
  /** Null until the first answer. */
  entries = $state.raw<readonly PersonPast[] | null>(null)
  next = $state<string | null>(null)

  load(): Promise<boolean> {
    return this.try(async () => {
      const page = await api.deletedContacts(null)
      this.entries = page.items
      this.next = page.next
    }, 'load')
  }

  more(): Promise<boolean> {
    return this.try(async () => {
      const page = await api.deletedContacts(this.next)
      this.entries = [...(this.entries ?? []), ...page.items]
      this.next = page.next
    }, 'more')
  }

  drop(id: string): void {
    this.entries = (this.entries ?? []).filter((one) => one.id !== id)
  }
}

export const deletedContacts = new DeletedContacts()
