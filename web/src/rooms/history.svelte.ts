/** The list of past calls: pages, search, and new calls put on top without moving what is being read. */
import { untrack } from 'svelte'
import { api } from '../links/api'
import type { CallDetail, CallRow } from '../kit/model'
import { asProblem, type Problem } from '../kit/problem'
import { live } from './live.svelte'

const PAGE = 25

/** New rows first, those already listed replaced by their newer form; the order is by arrival, latest first. */
export function merged(kept: readonly CallRow[], fresh: readonly CallRow[]): CallRow[] {
  const byId = new Map([...kept, ...fresh].map((row) => [row.id, row]))
  return [...byId.values()].sort((a, b) => b.at.localeCompare(a.at))
}

class History {
  q = $state('')
  rows = $state.raw<CallRow[] | null>(null)
  next = $state<string | null>(null)
  loadingMore = $state(false)
  problem = $state.raw<Problem | null>(null)
  #question = 0

  /** Follows the search box and new records for as long as the screen is open. */
  follow(): () => void {
    return $effect.root(() => {
      $effect(() => {
        const q = this.q.trim()
        const timer = setTimeout(() => void this.#search(q), untrack(() => this.rows) === null ? 0 : 250)
        return () => clearTimeout(timer)
      })
      $effect(() => {
        if (live.records > 0) void untrack(() => this.#top())
      })
    })
  }

  async #search(q: string): Promise<void> {
    const mine = ++this.#question
    try {
      const page = await api.calls(PAGE, null, q)
      if (mine !== this.#question) return
      this.rows = page.items
      this.next = page.next
      this.problem = null
    } catch (error) {
      if (mine === this.#question) this.problem = asProblem(error)
    }
  }

  async #top(): Promise<void> {
    const mine = this.#question
    const page = await api.calls(PAGE, null, this.q.trim()).catch(() => null)
    if (page !== null && mine === this.#question) this.rows = merged(this.rows ?? [], page.items)
  }

  async more(): Promise<void> {
    if (this.next === null || this.loadingMore) return
    this.loadingMore = true
    const mine = this.#question
    try {
      const page = await api.calls(PAGE, this.next, this.q.trim())
      if (mine !== this.#question) return
      this.rows = merged(this.rows ?? [], page.items)
      this.next = page.next
      this.problem = null
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
