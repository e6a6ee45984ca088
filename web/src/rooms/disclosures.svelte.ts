/** The register of what authorities asked for and were given. */
import { api } from '../links/api'
import type { DisclosureAnswer, DisclosureCorrection, NewDisclosure } from '../kit/api-types'
import { Trying } from './trying.svelte'

class Disclosures extends Trying {
  /** Null until the first answer. */
  rows = $state.raw<readonly DisclosureAnswer[] | null>(null)
  next = $state.raw<string | null>(null)

  load(): Promise<boolean> {
    return this.try(async () => {
      const page = await api.disclosures(null)
      ;[this.rows, this.next] = [page.items, page.next]
    })
  }

  older(): Promise<boolean> {
    return this.try(async () => {
      const page = await api.disclosures(this.next)
      ;[this.rows, this.next] = [[...(this.rows ?? []), ...page.items], page.next]
    })
  }

  async add(wish: NewDisclosure): Promise<string | null> {
    let id: string | null = null
    await this.try(async () => {
      const made = await api.enterDisclosure(wish)
      this.rows = [made, ...(this.rows ?? [])]
      id = made.id
    }, 'add')
    return id
  }

  correct(one: DisclosureAnswer, wish: Omit<DisclosureCorrection, 'version'>): Promise<boolean> {
    return this.try(async () => {
      const after = await api.correctDisclosure(one.id, { ...wish, version: one.version })
      this.rows = (this.rows ?? []).map((row) => (row.id === after.id ? after : row))
    }, 'correct')
  }
}

export const disclosures = new Disclosures()
