/** What a day would have been like with other settings of a queue, beside what that day's report says of it. */
import { api } from '../links/api'
import { supervising } from '../links/supervising'
import type { Changes } from '../kit/api-types'
import { asProblem, type Problem } from '../kit/problem'
import { dayIn, plus, type Report } from '../kit/reports'
import type { WhatIf } from '../kit/what_if'
import { account } from './account.svelte'

class Replay {
  /** The last answer; it stays until another one is there, also while a call or another screen is looked at. */
  answer = $state.raw<WhatIf | null>(null)
  /** That day of that queue as it really was; null where the report could not be had. */
  real = $state.raw<Report | null>(null)
  /** YYYY-MM-DD, on the organisation's clock once it is known: until then on this browser's. */
  today = $state(dayIn(Intl.DateTimeFormat().resolvedOptions().timeZone, Date.now()))
  queue = $state('')
  busy = $state(false)
  problem = $state.raw<Problem | null>(null)
  #chosen = $state<string | null>(null)
  /** Whose answer and choices these are: a sign-out does not load the page anew. */
  #whose: string | null = null
  #run = 0

  /** The last whole day, until another one is chosen. */
  get day(): string {
    return this.#chosen ?? plus(this.today, -1)
  }

  set day(day: string) {
    this.#chosen = day
  }

  /** Which day it is where the organisation is; without an answer the browser's clock does. Nothing of another user stays. */
  async begin(): Promise<void> {
    this.problem = null
    const whose = account.me?.user.id ?? null
    if (whose !== this.#whose) this.#forget()
    this.#whose = whose
    const mine = this.#run
    const report = await api.report({ by: 'queue', from: this.today, to: this.today }).catch(() => null)
    if (report !== null && mine === this.#run) this.today = dayIn(report.time_zone, Date.now())
  }

  choose(queue: string): void {
    this.queue = queue
    this.problem = null
  }

  #forget(): void {
    this.#run += 1
    this.answer = this.real = this.#chosen = null
    this.queue = ''
    this.busy = false
  }

  /** True when there is an answer. */
  async ask(changes: Changes): Promise<boolean> {
    const [day, queue, mine] = [this.day, this.queue, this.#run]
    this.busy = true
    this.problem = null
    try {
      const [answer, real] = await Promise.all([
        supervising.whatIf({ day, queue_id: queue, changes }),
        api.report({ by: 'queue', from: day, to: day, queue_id: queue }).catch(() => null),
      ])
      if (mine !== this.#run) return false
      this.answer = answer
      this.real = real
      return true
    } catch (error) {
      if (mine === this.#run && queue === this.queue) this.problem = asProblem(error)
      return false
    } finally {
      if (mine === this.#run) this.busy = false
    }
  }
}

export const replay = new Replay()
