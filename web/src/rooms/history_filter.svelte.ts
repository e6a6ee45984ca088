/** What the history is narrowed to. It stands in the address, so that going back, a reload and a link have it too. */
import { api } from '../links/api'
import { ANY, askedOf, countedOf, filterIn, partsOf, queryOf, scans, without, type HistoryFilter, type Part } from '../kit/history_filter'
import type { CallPage } from '../kit/model'
import { dayIn } from '../kit/reports'
import { account } from './account.svelte'
import { choices } from './choices.svelte'
import { live } from './live.svelte'
import { placeOf, router } from './route.svelte'

/** Questions for one page: each has the server look through thousands of calls. */
const MOST_ASKED = 5

class HistoryNarrowed {
  filter = $derived<HistoryFilter>(router.route.name === 'history' ? filterIn(router.query) : ANY)
  parts = $derived(partsOf(this.filter, nameOf))
  /** Whether the server looks through calls one by one. */
  scans = $derived(scans(this.filter))
  /** For addresses of the same list. */
  tail = $derived(queryOf(this.filter))

  /** A step in the browser's history, so that going back brings the filter before. */
  ask(changes: Partial<HistoryFilter>): void {
    this.#go({ ...this.filter, ...changes })
  }

  drop(part: Part): void {
    this.#go(without(this.filter, part))
  }

  clear(): void {
    this.#go(ANY)
  }

  /** Calls that fit; `but`: without this part. Where the server looked through many in vain, it is asked to go on, `most` times in all. */
  async page(limit: number, cursor: string | null, q: string, but: Part | null = null, most = MOST_ASKED): Promise<CallPage> {
    const filter = but === null ? this.filter : without(this.filter, but)
    const items: CallPage['items'] = []
    let next = cursor
    for (let asked = 0; asked < most; asked += 1) {
      const page = filter.counted === '' ? await api.calls(limit - items.length, next, q, askedOf(filter, today())) : await api.countedCalls(limit - items.length, next, countedOf(filter, today()))
      items.push(...page.items)
      next = page.next
      if (next === null || items.length >= limit || !scans(filter)) break
    }
    return { items, next }
  }

  #go(filter: HistoryFilter): void {
    location.hash = `${placeOf(location.hash)}${queryOf(filter)}`
  }
}

/** In the organisation's time zone, in which the server takes days. */
const today = (): string => dayIn(account.me?.tenant.timezone ?? Intl.DateTimeFormat().resolvedOptions().timeZone, Date.now())

function nameOf(id: string): string {
  if (id.startsWith('dsp_')) return choices.disposition(id) ?? 'A disposition'
  if (id.startsWith('num_')) return 'A number of ours'
  const all = [...(live.state?.queues ?? []), ...(live.state?.agents ?? [])]
  return all.find((one) => one.id === id)?.name ?? (id.startsWith('que_') ? 'A queue' : 'An agent')
}

export const narrowed = new HistoryNarrowed()
