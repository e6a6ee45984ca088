/** What the history is narrowed to. It stands in the address, so that going back, a reload and a link have it too. */
import { ANY, askedOf, filterIn, partsOf, queryOf, without, type CallsAsked, type HistoryFilter, type Part } from '../kit/history_filter'
import { dayIn } from '../kit/reports'
import { account } from './account.svelte'
import { live } from './live.svelte'
import { placeOf, router } from './route.svelte'

class HistoryNarrowed {
  filter = $derived<HistoryFilter>(router.route.name === 'history' ? filterIn(router.query) : ANY)
  parts = $derived(partsOf(this.filter, nameOf))
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

  /** As the API is asked; `but`: without this part. */
  asked(but: Part | null = null): CallsAsked {
    return askedOf(but === null ? this.filter : without(this.filter, but), today())
  }

  #go(filter: HistoryFilter): void {
    location.hash = `${placeOf(location.hash)}${queryOf(filter)}`
  }
}

/** In the organisation's time zone, in which the server takes days. */
const today = (): string => dayIn(account.me?.tenant.timezone ?? Intl.DateTimeFormat().resolvedOptions().timeZone, Date.now())

function nameOf(id: string): string {
  const all = [...(live.state?.queues ?? []), ...(live.state?.agents ?? [])]
  return all.find((one) => one.id === id)?.name ?? (id.startsWith('que_') ? 'A queue' : 'An agent')
}

export const narrowed = new HistoryNarrowed()
