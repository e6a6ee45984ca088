/** The activity log of a contact, a caller's number or a task: the newest page, read again when something happens, and those behind it. */
import { api } from '../links/api'
import type { ActivityEntry, ActivityPage } from '../kit/model'
import { asProblem, type Problem } from '../kit/problem'
import { Trying } from './trying.svelte'

/** Pages that have nothing which this user may see are passed over, so many at a time. */
const EMPTY_PAGES = 5

export type ActivityOf = 'contact' | 'caller' | 'task'
const ASK = { contact: api.contactActivity, caller: api.callerActivity, task: api.taskActivity }

export class ActivityLog extends Trying {
  /** Null until the first answer. */
  entries = $state.raw<readonly ActivityEntry[] | null>(null)
  next = $state<string | null>(null)
  /** Why there is no log; `problem` is of a further page. */
  trouble = $state.raw<Problem | null>(null)
  #question = 0

  constructor(readonly of: ActivityOf, readonly id: string) {
    super()
  }

  async load(): Promise<void> {
    const mine = ++this.#question
    try {
      const page = await this.#page(null)
      if (mine !== this.#question) return
      const there = this.entries ?? []
      const last = page.next === null ? -1 : there.findIndex((one) => one.id === page.items.at(-1)?.id)
      this.entries = last < 0 ? page.items : [...page.items, ...there.slice(last + 1)]
      if (last < 0) this.next = page.next
      this.trouble = null
    } catch (error) {
      if (mine === this.#question) this.trouble = asProblem(error)
    }
  }

  more(): Promise<boolean> {
    return this.try(async () => {
      const cursor = this.next
      const page = await this.#page(cursor)
      if (cursor !== this.next) return
      const there = new Set(this.entries?.map((one) => one.id))
      this.entries = [...(this.entries ?? []), ...page.items.filter((one) => !there.has(one.id))]
      this.next = page.next
    }, 'more')
  }

  async #page(cursor: string | null): Promise<ActivityPage> {
    const ask = ASK[this.of]
    let page = await ask(this.id, cursor)
    for (let passed = 0; page.items.length === 0 && page.next !== null && passed < EMPTY_PAGES; passed += 1) page = await ask(this.id, page.next)
    return page
  }
}
