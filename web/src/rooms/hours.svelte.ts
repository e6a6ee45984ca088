/** The organisation's opening hours. */
import type { Hours, HoursWish } from '../kit/hours'
import { administration } from '../links/administration'
import { api } from '../links/api'
import { account } from './account.svelte'
import { Trying } from './trying.svelte'
import { usedBy } from './used_by.svelte'

class HoursRoom extends Trying {
  /** Null until the first answer. */
  rows = $state.raw<readonly Hours[] | null>(null)
  /** The organisation's time zone, which holds where hours name none. */
  zone = $state('UTC')

  load(): Promise<boolean> {
    return this.try(async () => {
      const [hours, organisation] = await Promise.all([administration.hours(), account.may('organisation.read') ? api.organisation() : null, usedBy.load()])
      this.zone = organisation?.timezone ?? this.zone
      this.rows = hours.items
    })
  }

  /** Whether each is open now, as the server says: the rest of the page stays as it is. */
  async look(): Promise<void> {
    const page = await administration.hours().catch(() => null)
    if (page !== null && !this.busy) this.rows = page.items
  }

  /** The new ones' id, or null when they were refused. */
  async add(wish: HoursWish): Promise<string | null> {
    let made: Hours | null = null
    await this.try(async () => {
      made = await administration.addHours(wish)
      this.rows = [...(this.rows ?? []), made].sort((a, b) => a.name.localeCompare(b.name))
    })
    return (made as Hours | null)?.id ?? null
  }

  change(id: string, changes: Partial<HoursWish>): Promise<boolean> {
    return this.try(async () => {
      const saved = await administration.changeHours(id, changes)
      this.rows = (this.rows ?? []).map((row) => (row.id === id ? saved : row))
    })
  }

  remove(id: string): Promise<boolean> {
    return this.try(async () => {
      await administration.dropHours(id)
      this.rows = (this.rows ?? []).filter((row) => row.id !== id)
    })
  }
}

export const hours = new HoursRoom()
