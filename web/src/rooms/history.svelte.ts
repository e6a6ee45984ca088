/** The list of past calls: pages, search, filters, and new calls put on top without moving what is being read. */
import { untrack } from 'svelte'
import { api } from '../links/api'
import type { Part } from '../kit/history_filter'
import type { CallDetail, CallRow } from '../kit/model'
import { asProblem, type Problem } from '../kit/problem'
import { narrowed } from './history_filter.svelte'
import { live } from './live.svelte'

const PAGE = 25
/** New calls are looked for so seldom where each look has the server read thousands. */
const SELDOM_MS = 30_000

/** New rows first, those already listed replaced by their newer form; the order is by arrival, latest first. */
export function merged(kept: readonly CallRow[], fresh: readonly CallRow[]): CallRow[] {
  const byId = new Map([...kept, ...fresh].map((row) => [row.id, row]))
  return [...byId.values()].sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0)) // instants of one form
}

class History {
  q = $state('')
  rows = $state.raw<CallRow[] | null>(null)
  next = $state<string | null>(null)
  loadingMore = $state(false)
  problem = $state.raw<Problem | null>(null)
  /** Where nothing was found: without which of these there is something ("q": the search). Null while it is asked. */
  hiding = $state.raw<readonly (Part | 'q')[] | null>(null)
  #question = 0
  /** Of which filter the rows are. */
  #tail = ''
  #later: ReturnType<typeof setTimeout> | undefined
  #lookedAt = -Infinity

  /** Follows the search box, the filter and new records for as long as the screen is open. */
  follow(): () => void {
    return $effect.root(() => {
      $effect(() => {
        const q = this.q.trim()
        const tail = narrowed.tail
        if (tail !== this.#tail) untrack(() => this.#empty(tail))
        const timer = setTimeout(() => void this.#search(q), untrack(() => this.rows) === null ? 0 : 250)
        return () => clearTimeout(timer)
      })
      $effect(() => {
        if (live.records > 0) untrack(() => this.news())
      })
      $effect(() => () => {
        clearTimeout(this.#later)
        this.#later = undefined
      })
    })
  }

  /** Rows of another filter are not shown under this one. */
  #empty(tail: string): void {
    this.#tail = tail
    this.#question += 1
    this.rows = null
    this.next = null
  }

  async #search(q: string): Promise<void> {
    const mine = ++this.#question
    try {
      const page = await narrowed.page(PAGE, null, q)
      if (mine !== this.#question) return
      this.rows = page.items
      this.next = page.next
      this.problem = null
      this.hiding = null
      this.#explain(mine, q)
    } catch (error) {
      if (mine === this.#question) this.problem = asProblem(error)
    }
  }

  /** Where nothing was found, and all was looked through. */
  #explain(mine: number, q: string): void {
    if (this.rows?.length === 0 && this.next === null && narrowed.parts.length > 0) void this.#whatHides(mine, q)
  }

  async #whatHides(mine: number, q: string): Promise<void> {
    const parts: (Part | 'q')[] = [...narrowed.parts.map((one) => one.part), ...(q === '' ? [] : (['q'] as const))]
    const found = await Promise.all(parts.map((part) => (part === 'q' ? narrowed.page(1, null, '') : narrowed.page(1, null, q, part)).catch(() => null)))
    if (mine === this.#question && !found.includes(null)) this.hiding = parts.filter((_, at) => (found[at]?.items.length ?? 0) > 0)
  }

  /** A record was told of. */
  news(): void {
    if (!narrowed.scans) return void this.#top()
    if (this.#later !== undefined) return
    const mine = setTimeout(async () => {
      const told = live.records
      await this.#top(1)
      this.#lookedAt = Date.now()
      if (this.#later !== mine) return
      this.#later = undefined
      if (live.records !== told) this.news()
    }, Math.max(0, this.#lookedAt + SELDOM_MS - Date.now()))
    this.#later = mine
  }

  async #top(most?: number): Promise<void> {
    const mine = this.#question
    const page = await narrowed.page(PAGE, null, this.q.trim(), null, most).catch(() => null)
    if (page !== null && mine === this.#question) this.rows = merged(this.rows ?? [], page.items)
  }

  async more(): Promise<void> {
    if (this.next === null || this.loadingMore) return
    this.loadingMore = true
    const mine = this.#question
    try {
      const page = await narrowed.page(PAGE, this.next, this.q.trim())
      if (mine !== this.#question) return
      this.rows = merged(this.rows ?? [], page.items)
      this.next = page.next
      this.problem = null
      this.#explain(mine, this.q.trim())
    } catch (error) {
      this.problem = asProblem(error)
    } finally {
      this.loadingMore = false
    }
  }

  again(): void {
    void this.#search(this.q.trim())
  }
}

export const history = new History()

/** One call opened: loaded when asked for, and again when a record is told of (a recording that was still being stored). */
export class OpenCall {
  detail = $state.raw<CallDetail | null>(null)
  problem = $state.raw<Problem | null>(null)

  constructor(readonly id: string) {}

  async load(): Promise<void> {
    try {
      this.detail = await api.call(this.id)
      this.problem = null
    } catch (error) {
      if (this.detail === null) this.problem = asProblem(error)
    }
  }
}
