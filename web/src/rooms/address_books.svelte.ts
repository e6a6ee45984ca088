/** App passwords: made, seen and revoked. The secret is kept only while it is shown. */
import { api } from '../links/api'
import type { AppPasswordMade, AppPasswords } from '../kit/model'
import { Trying } from './trying.svelte'

class AddressBooks extends Trying {
  /** Null until the first answer. */
  page = $state.raw<AppPasswords | null>(null)
  made = $state.raw<AppPasswordMade | null>(null)

  load(): Promise<boolean> {
    return this.#do(() => Promise.resolve())
  }

  make(name: string): Promise<boolean> {
    return this.#do(async () => {
      this.made = await api.makeAppPassword(name.trim())
    })
  }

  revoke(id: string): Promise<boolean> {
    return this.#do(() => api.revokeAppPassword(id))
  }

  #do(work: () => Promise<void>): Promise<boolean> {
    return this.try(async () => {
      await work()
      this.page = await api.appPasswords()
    })
  }
}

export const addressBooks = new AddressBooks()
