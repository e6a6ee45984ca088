/** How many agents a queue needs: the figures that are asked about, and the curve of the last answer. */
import { api } from '../links/api'
import { supervising } from '../links/supervising'
import { plus, dayIn, type Report } from '../kit/reports'
import { asked, busiest, DAYS, FIRST, firstOf, type Busiest, type Curve, type Wish } from '../kit/staffing'
import { account } from './account.svelte'
import { Trying } from './trying.svelte'

class Staffing extends Trying {
  wish = $state<Wish>({ ...FIRST })
  /** The last answer; it stays until another one is there. */
  answer = $state.raw<Curve | null>(null)
  /** The team that is looked at. */
  agents = $state(0)
  /** Where the figures were taken from; `found` null: it had no calls. */
  from = $state.raw<{ queue: string; found: Busiest | null } | null>(null)
  #whose: string | null = null

  /** Nothing of another user stays. */
  begin(): void {
    this.problem = null
    const whose = account.me?.user.id ?? null
    if (whose !== this.#whose) {
      this.wish = { ...FIRST }
      this.answer = this.from = null
    }
    this.#whose = whose
  }

  /** The busiest hour of the last whole days of a queue; its limit for the service level. */
  take(queue: { id: string; name: string; service_level_s: number }): Promise<boolean> {
    return this.try(async () => {
      const found = busiest(await this.#days(queue.id))
      this.from = { queue: queue.name, found }
      if (found === null) return
      const { handle, wrapUp } = this.wish
      this.wish = { ...this.wish, calls: String(found.calls), handle: found.handle === null ? handle : String(found.handle), wrapUp: found.wrapUp === null ? wrapUp : String(found.wrapUp), target: String(queue.service_level_s) }
    }, 'take')
  }

  /** Of each of the last whole days, on the organisation's clock: the first answer names it. */
  async #days(queue: string): Promise<Report[]> {
    const of = (day: string): Promise<Report> => api.report({ by: 'hour', from: day, to: day, queue_id: queue })
    const here = plus(dayIn(Intl.DateTimeFormat().resolvedOptions().timeZone, Date.now()), -1)
    const first = await of(here)
    const last = plus(dayIn(first.time_zone, Date.now()), -1)
    const days = [last === here ? first : await of(last)]
    while (days.length < DAYS) days.push(await of(plus(last, -days.length)))
    return days
  }

  ask(): Promise<boolean> {
    return this.try(async () => {
      this.answer = await supervising.staffing(asked(this.wish))
      this.agents = firstOf(this.answer)
    }, 'ask')
  }
}

export const staffing = new Staffing()
