/** The address book: pages of people, search, and one person opened, with the last calls of the numbers. */
import { untrack } from 'svelte'
import { api } from '../links/api'
import { shrunk } from '../links/shrink'
import type { CallRow, Person, PersonChange, PersonPast, PersonWish } from '../kit/model'
import { asProblem, type Problem } from '../kit/problem'
import { account } from './account.svelte'
import { merged } from './history.svelte'
import { Trying } from './trying.svelte'

const PAGE = 50
const NUMBERS_ASKED = 3
const CALLS_SHOWN = 10

class Contacts extends Trying {
  q = $state('')
  /** Null until the first answer. */
  rows = $state.raw<readonly Person[] | null>(null)
  next = $state<string | null>(null)
  /** Why the list is not there; `problem` is of a change. */
  trouble = $state.raw<Problem | null>(null)
  /** What was just done and can be undone at once, in the notice below the list. */
  done = $state.raw<{ says: string; entry: string } | null>(null)
  #question = 0

  /** Follows the search box for as long as the screen is open. */
  follow(): () => void {
    return $effect.root(() => {
      $effect(() => {
        const q = this.q.trim()
        const timer = setTimeout(() => void this.search(q), untrack(() => this.rows) === null ? 0 : 250)
        return () => clearTimeout(timer)
      })
    })
  }

  async search(q = this.q.trim()): Promise<void> {
    const mine = ++this.#question
    try {
      const page = await api.contacts(PAGE, null, q)
      if (mine !== this.#question) return
      this.rows = page.items
      this.next = page.next
      this.trouble = null
    } catch (error) {
      if (mine === this.#question) this.trouble = asProblem(error)
    }
  }

  /** The next page; nothing while something else is done, as lists ask with each scroll. */
  async more(): Promise<boolean> {
    if (this.next === null || this.busy) return false
    const mine = this.#question
    return this.try(async () => {
      const page = await api.contacts(PAGE, this.next, this.q.trim())
      if (mine !== this.#question) return
      const there = new Set(this.rows?.map((one) => one.id))
      this.rows = [...(this.rows ?? []), ...page.items.filter((one) => !there.has(one.id))]
      this.next = page.next
    }, 'more')
  }

  /** The new person; null where it was refused. */
  async add(wish: PersonWish): Promise<Person | null> {
    let made: Person | null = null
    await this.try(async () => {
      made = await api.addContact(wish)
      await this.search()
    }, 'save')
    return made
  }

  async change(person: Person, changes: PersonChange): Promise<Person | null> {
    let after: Person | null = null
    await this.try(async () => {
      after = await api.changeContact(person.id, { ...changes, version: person.version })
      await this.search()
    }, 'save')
    return after
  }

  /** Sets the picture, or takes it away; who they are then, null where it was refused. */
  async setPicture(person: Person, file: File | null): Promise<Person | null> {
    let after: Person | null = null
    await this.try(async () => {
      if (file === null) await api.dropContactPicture(person.id)
      else await api.setContactPicture(person.id, await shrunk(file))
      after = await api.contact(person.id)
      const entry = (await api.contactPast(person.id)).items.find((one) => one.undone_at === null && one.fields.includes('picture'))
      const says = file === null ? `The picture of ${person.name} was removed` : `${person.name} has a new picture`
      this.done = entry === undefined || after.version === person.version ? null : { says, entry: entry.id }
      await this.search()
    }, 'picture')
    return after
  }

  remove(id: string): Promise<boolean> {
    return this.try(async () => {
      const name = this.rows?.find((one) => one.id === id)?.name ?? 'The contact'
      await api.dropContact(id)
      const entry = (await api.deletedContacts(null)).items.find((one) => one.person_id === id)
      this.done = entry === undefined ? null : { says: `${name} was deleted`, entry: entry.id }
      await this.search()
    }, 'remove')
  }

  /** The people who are there again, or otherwise; null where it was refused. */
  async undo(entry: string): Promise<readonly Person[] | null> {
    let people: readonly Person[] | null = null
    await this.try(async () => {
      people = (await api.undoContact(entry)).people
      if (this.done?.entry === entry) this.done = null
      await this.search()
    }, 'undo')
    return people
  }
}

export const contacts = new Contacts()

/** One person opened: read anew, since the list may be older. */
export class OpenContact {
  person = $state.raw<Person | null>(null)
  /** Null until they are there, or where this user sees no calls. */
  calls = $state.raw<readonly CallRow[] | null>(null)
  problem = $state.raw<Problem | null>(null)
  /** What was done with the person and can be undone, the newest first. */
  past = $state.raw<readonly PersonPast[]>([])

  constructor(readonly id: string) {
    this.person = contacts.rows?.find((one) => one.id === id) ?? null
  }

  async load(): Promise<void> {
    if (await this.loadPerson()) await Promise.all([this.loadCalls(), this.loadPast()])
  }

  /** The person alone; whether they are there. */
  async loadPerson(): Promise<boolean> {
    try {
      this.person = await api.contact(this.id)
      this.problem = null
    } catch (error) {
      this.problem = asProblem(error)
    }
    return this.problem === null
  }

  async loadPast(): Promise<void> {
    try {
      this.past = (await api.contactPast(this.id)).items
    } catch {
      this.past = []
    }
  }

  async loadCalls(): Promise<void> {
    if (this.person === null || !account.may('calls.read_own')) return
    const asked = this.person.numbers.slice(0, NUMBERS_ASKED).map((one) => api.calls(CALLS_SHOWN, null, one.number))
    const pages = await Promise.all(asked.map((page) => page.catch(() => null)))
    const theirs = new Set(this.person.numbers.map((one) => one.contact_id))
    const found = pages.flatMap((page) => page?.items ?? []).filter((row) => row.contact_id !== null && theirs.has(row.contact_id))
    this.calls = merged([], found).slice(0, CALLS_SHOWN)
  }
}
