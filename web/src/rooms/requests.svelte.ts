/** Privacy requests at the officer's desk: the queue, one of them, and the next step. */
import { api } from '../links/api'
import type { Correction, Person, PrivacyRequest, PrivacyRequestRow, PrivacyRequestStep, PrivacyRequestWish } from '../kit/model'
import { account } from './account.svelte'
import { Trying } from './trying.svelte'

export type Shown = 'open' | 'overdue' | 'settled'
const QUESTIONS: Record<Shown, Record<string, string>> = { open: { open: 'true' }, overdue: { overdue: 'true' }, settled: { open: 'false' } }
const PAGE = '50'

class Requests extends Trying {
  /** Null until the first answer. The next due first, so that what is overdue comes before all else. */
  rows = $state.raw<readonly PrivacyRequestRow[] | null>(null)
  next = $state.raw<string | null>(null)
  shown = $state<Shown>('open')
  kind = $state<string>('')
  /** The one that is looked at; null until the first answer. */
  one = $state.raw<PrivacyRequest | null>(null)
  /** What was corrected of the caller who asks for a correction; null: somebody else asks, or something else. */
  corrections = $state.raw<readonly Correction[] | null>(null)
  /** Whose entries of the address book have the number of who asks for a correction, as far as one may see them. */
  entries = $state.raw<readonly Person[]>([])
  #asked = 0

  load(): Promise<boolean> {
    const mine = ++this.#asked
    return this.try(async () => {
      const page = await api.privacyRequests(this.#question())
      // The answer to an older wish is dropped.
      if (mine === this.#asked) [this.rows, this.next] = [page.items, page.next]
    }, 'rows')
  }

  choose(shown: Shown, kind = this.kind): Promise<boolean> {
    this.shown = shown
    this.kind = kind
    return this.load()
  }

  more(): Promise<boolean> {
    const cursor = this.next
    if (cursor === null) return Promise.resolve(true)
    return this.try(async () => {
      const page = await api.privacyRequests({ ...this.#question(), cursor })
      const known = new Set(this.rows?.map((row) => row.id))
      this.rows = [...(this.rows ?? []), ...page.items.filter((row) => !known.has(row.id))]
      this.next = page.next
    }, 'more')
  }

  open(id: string): Promise<boolean> {
    if (this.one?.id !== id) this.one = this.corrections = null
    return this.try(async () => this.#show(await api.privacyRequest(id)), 'open')
  }

  /** `step` without the version: the request as it is shown is what it goes on from. Where somebody else was faster, that is shown. */
  async take(step: Omit<PrivacyRequestStep, 'version'>): Promise<boolean> {
    const before = this.one
    if (before === null) return false
    if (await this.try(async () => this.#show(await api.takePrivacyStep(before.id, { ...step, version: before.version })), step.step)) return true
    if (this.problem?.code === 'request_changed') this.one = await api.privacyRequest(before.id).catch(() => before)
    return false
  }

  /** The new one, or null. */
  async add(wish: PrivacyRequestWish): Promise<PrivacyRequest | null> {
    let made: PrivacyRequest | null = null
    await this.try(async () => void (made = this.one = await api.addPrivacyRequest(wish)), 'add')
    return made
  }

  async #show(one: PrivacyRequest): Promise<void> {
    this.one = one
    this.corrections = one.kind === 'correction' && one.contact_id !== null && one.number !== null ? (await api.contactCorrections(one.contact_id)).items : null
    const open = one.kind === 'correction' && one.contact_id !== null && account.may('people.read')
    this.entries = open && one.contact_id !== null ? (await api.contactsOf(one.contact_id)).items.filter((each) => !each.private && !each.restricted) : []
  }

  #question(): Record<string, string> {
    return { ...QUESTIONS[this.shown], ...(this.kind === '' ? {} : { kind: this.kind }), limit: PAGE }
  }
}

export const requests = new Requests()
