/** What a day would have been like with other settings of a queue, beside what that day's report says of it. */
import { api } from '../links/api'
import { supervising } from '../links/supervising'
import type { Changes } from '../kit/api-types'
import { asProblem, type Problem } from '../kit/problem'
import { dayIn, plus, type Report } from '../kit/reports'
import type { WhatIf } from '../kit/what_if'

class Replay {
  /** The last answer; it stays until another one is there, also while a call or another screen is looked at. */
  answer = $state.raw<WhatIf | null>(null)
  /** That day of that queue as it really was; null where the report could not be had. */
  real = $state.raw<Report | null>(null)
  /** YYYY-MM-DD, on the organisation's clock once it is known: until then on this browser's. */
  today = $state(dayIn(Intl.DateTimeFormat().resolvedOptions().timeZone, Date.now()))
  /** The last whole day, until another one is chosen. */
  day = $derived(plus(this.today, -1))
  queue = $state('')
  busy = $state(false)
  problem = $state.raw<Problem | null>(null)

  /** Which day it is where the organisation is. Without an answer the browser's clock does. */
  async begin(): Promise<void> {
    const report = await api.report({ by: 'queue', from: this.today, to: this.today }).catch(() => null)
    if (report !== null) this.today = dayIn(report.time_zone, Date.now())
  }

  /** True when there is an answer. */
  async ask(changes: Changes): Promise<boolean> {
    const [day, queue] = [this.day, this.queue]
    this.busy = true
    this.problem = null
    try {
      const [answer, real] = await Promise.all([
        supervising.whatIf({ day, queue_id: queue, changes }),
        api.report({ by: 'queue', from: day, to: day, queue_id: queue }).catch(() => null),
      ])
      this.answer = answer
      this.real = real
      return true
    } catch (error) {
      this.problem = asProblem(error)
      return false
    } finally {
      this.busy = false
    }
  }
}

export const replay = new Replay()
