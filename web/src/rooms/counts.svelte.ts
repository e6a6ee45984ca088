/** How many there are of what the menus of administration and of privacy list, and where something needs somebody. */
import { untrack } from 'svelte'
import type { AdministrationCounts } from '../kit/api-types'
import { administration } from '../links/administration'
import { whenDone } from '../links/api'
import { account } from './account.svelte'
import { lookAgain } from './looking'
import type { Route } from './route.svelte'

type Page = Route['name']

/** What the server calls what a page lists. */
const COUNTED: Partial<Record<Page, string>> = {
  numbers: 'numbers', trunks: 'trunks', queues: 'queues', hours: 'opening_hours', flows: 'flows', prompts: 'prompts', dispositions: 'dispositions', 'pause-reasons': 'pause_reasons', people: 'users', roles: 'roles',
  'task-addresses': 'task_addresses', webhooks: 'webhooks', applications: 'applications', crm: 'crm_connections', tokens: 'api_tokens',
  'privacy-requests': 'privacy_requests', restrictions: 'restrictions', 'legal-holds': 'legal_holds', disclosures: 'disclosures', 'data-transfers': 'data_transfers', processors: 'processors', incidents: 'incidents',
}
const AGAIN_MS = 60_000
/** Several changes one after the other are one. */
const SOON_MS = 300
const CHANGES: readonly string[] = ['POST', 'PATCH', 'DELETE']
const PATHS = /^\/v1\/(numbers|trunks|queues|hours|flows|prompts|dispositions|pause-reasons|users|invitations|roles|task-addresses|webhooks|applications|crm-connections|tokens|privacy-requests|restrictions|legal-holds|disclosures|data-transfers|processors|incidents)(\/|$)/
/** They only ask. */
const ASKS = /\/(validate|simulate|test)$/

class Counts {
  #known = $state.raw<AdministrationCounts | null>(null)
  #whose: string | null = null
  #asked = 0
  #soon: ReturnType<typeof setTimeout> | undefined

  /** Whether a page has a count at all, known or not: its place in the menu is kept. */
  has(page: Page): boolean {
    return COUNTED[page] !== undefined
  }

  /** Null: none, not known yet, or not for this user. */
  of(page: Page): number | null {
    return this.#known?.counts[COUNTED[page] ?? ''] || null
  }

  attention(page: Page): boolean {
    const name = COUNTED[page]
    return name !== undefined && (this.#known?.attention as readonly string[] | undefined)?.includes(name) === true
  }

  /** While a menu is shown; returns what ends it. */
  open(): () => void {
    const who = untrack(() => account.me?.user.id ?? null)
    if (who !== this.#whose) this.#known = null
    this.#whose = who
    const look = (): Promise<void> => this.#look().catch(() => undefined)
    void look()
    const endLooking = lookAgain(() => this.#look(), AGAIN_MS)
    const endHearing = whenDone((method, path) => {
      if (!CHANGES.includes(method) || !PATHS.test(path) || ASKS.test(path)) return
      clearTimeout(this.#soon)
      this.#soon = setTimeout(() => void look(), SOON_MS)
    })
    return () => {
      endLooking()
      endHearing()
      clearTimeout(this.#soon)
      this.#asked += 1
    }
  }

  /** What an earlier question is answered with after a later one is dropped. */
  async #look(): Promise<void> {
    const mine = ++this.#asked
    const found = await administration.counts()
    if (mine === this.#asked) this.#known = found
  }
}

export const counts = new Counts()
