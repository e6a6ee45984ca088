/** Personal data breaches: the list, the one that is open with its search, and whom it affects. */
import { api } from '../links/api'
import { saveFile } from '../links/save'
import type { AffectedPersonAnswer, IncidentAnswer, IncidentChange, IncidentPlace, IncidentStep, IncidentSummary, NewIncident } from '../kit/api-types'
import { Trying } from './trying.svelte'

const LOOK_MS = 2_000

class Incidents extends Trying {
  /** Null until the first answer. */
  rows = $state.raw<readonly IncidentSummary[] | null>(null)
  next = $state.raw<string | null>(null)
  places = $state.raw<readonly IncidentPlace[]>([])
  one = $state.raw<IncidentAnswer | null>(null)
  people = $state.raw<readonly AffectedPersonAnswer[]>([])
  peopleNext = $state.raw<string | null>(null)
  #of = ''
  #timer = 0

  load(): Promise<boolean> {
    this.close()
    return this.try(async () => {
      const page = await api.incidents(null)
      ;[this.rows, this.next] = [page.items, page.next]
    })
  }

  older(): Promise<boolean> {
    return this.try(async () => {
      const page = await api.incidents(this.next)
      ;[this.rows, this.next] = [[...(this.rows ?? []), ...page.items], page.next]
    })
  }

  open(id: string): Promise<boolean> {
    if (id !== this.#of) this.close()
    this.#of = id
    return this.try(async () => {
      if (this.places.length === 0) this.places = (await api.incidentPlaces()).items
      await this.#show(await api.incident(id))
    })
  }

  async add(wish: NewIncident): Promise<string | null> {
    let id: string | null = null
    await this.try(async () => void (id = (await api.openIncident(wish)).id), 'add')
    return id
  }

  change(wish: Omit<IncidentChange, 'version'>): Promise<boolean> {
    return this.#do((one) => api.changeIncident(one.id, { ...wish, version: one.version }), 'change')
  }

  step(wish: Omit<IncidentStep, 'version'>): Promise<boolean> {
    return this.#do((one) => api.stepIncident(one.id, { ...wish, version: one.version }), wish.step)
  }

  draft(audience: 'authority' | 'people', text: string | null): Promise<boolean> {
    return this.#do((one) => api.draftNotice(one.id, { audience, text }), 'draft')
  }

  search(): Promise<boolean> {
    return this.#do((one) => api.searchAffected(one.id), 'search')
  }

  morePeople(): Promise<boolean> {
    return this.try(async () => {
      const page = await api.affected(this.#of, this.peopleNext)
      ;[this.people, this.peopleNext] = [[...this.people, ...page.items], page.next]
    })
  }

  savePeople(): Promise<boolean> {
    return this.try(async () => saveFile(await api.affectedFile(this.#of), `${this.#of}.csv`), 'file')
  }

  close(): void {
    clearTimeout(this.#timer)
    this.#of = ''
    this.one = this.peopleNext = this.problem = null
    this.people = []
  }

  #do(work: (one: IncidentAnswer) => Promise<IncidentAnswer>, doing: string): Promise<boolean> {
    const one = this.one
    if (one === null) return Promise.resolve(false)
    return this.try(async () => this.#show(await work(one)), doing)
  }

  /** While a search runs, it is looked again. */
  async #show(one: IncidentAnswer): Promise<void> {
    if (one.id !== this.#of) return
    this.one = one
    clearTimeout(this.#timer)
    if (one.search?.state === 'running') this.#timer = window.setTimeout(() => void this.#again(one.id), LOOK_MS)
    else if (one.search !== null) {
      const page = await api.affected(one.id, null)
      if (one.id === this.#of) [this.people, this.peopleNext] = [page.items, page.next]
    }
  }

  async #again(id: string): Promise<void> {
    const one = await api.incident(id).catch(() => this.one)
    if (one !== null && one.id === id) await this.#show(one).catch(() => undefined)
  }
}

export const incidents = new Incidents()
