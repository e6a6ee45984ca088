/** The organisation's own sign-in: going there, coming back to the page with its answer, and what is set of it. */
import { namedRoles } from '../kit/role_words'
import { api } from '../links/api'
import { store } from '../links/store'
import type { CameBack, ProviderSettings, ProviderShown } from '../kit/model'
import { asProblem, Problem } from '../kit/problem'
import { account } from './account.svelte'
import { router } from './route.svelte'
import { Trying } from './trying.svelte'

/** What this tab keeps while it is away; `binds`: an account that is signed in is connected; `link`: the address with a phone number that it was opened with. */
interface Kept { browser: string; binds: boolean; link?: string }

class Visit {
  /** Whether the user's own account is connected; null where that is not offered, or not known yet. */
  bound = $state<boolean | null>(null)
  /** Why the last one did not work. */
  problem = $state.raw<Problem | null>(null)
  busy = $state(false)

  signIn(organisation: string): Promise<void> {
    return this.#leave(() => api.beginProvider(organisation.trim()), false)
  }

  bind(password: string): Promise<void> {
    return this.#leave(() => api.beginBinding(password), true)
  }

  async look(): Promise<void> {
    const { offered, bound } = await api.myProvider().catch(() => ({ offered: false, bound: false }))
    this.bound = offered ? bound : null
  }

  async #leave(ask: () => Promise<{ url: string; browser: string }>, binds: boolean): Promise<void> {
    this.busy = true
    this.problem = null
    try {
      const { url, browser } = await ask()
      const link = router.link === null ? {} : { link: router.link }
      store.setVisit(JSON.stringify({ browser, binds, ...link } satisfies Kept))
      location.assign(url)
    } catch (error) {
      this.problem = asProblem(error)
      this.busy = false
    }
  }
}

export const visit = new Visit()

/** Starts the account; before it, takes what a provider may have sent this page back with out of its address. */
export async function comeBack(): Promise<void> {
  const back = returned()
  if (back === null) return account.start()
  const signedOut = store.token() === null
  if (back instanceof Problem) visit.problem = back
  else if (!back.binds && signedOut) visit.problem = await account.signInBack(back.back)
  if (account.stage === 'in') return
  await account.start()
  if (back instanceof Problem || !back.binds || signedOut) return
  visit.problem = await api.completeBinding(back.back).then(() => null, asProblem)
}

function returned(): { back: CameBack; binds: boolean } | Problem | null {
  const query = new URLSearchParams(location.search)
  const state = query.get('state')
  if (state === null) return null
  const kept = store.takeVisit()
  const { browser, binds, link } = kept === null ? { browser: '', binds: false, link: undefined } : (JSON.parse(kept) as Kept)
  history.replaceState(null, '', location.pathname + (link ?? (binds ? '#/me' : '#/')))
  dispatchEvent(new HashChangeEvent('hashchange'))
  const [code, iss] = [query.get('code'), query.get('iss')]
  if (code === null || browser === '') return new Problem('provider_refused', 401, 'Single sign-on failed')
  return { back: { state, code, browser, ...(iss === null ? {} : { iss }) }, binds }
}

/** What the last test found, in words. */
const FOUND: Record<string, string> = {
  unreachable: 'It cannot be reached. Addresses in private networks can be used only if the operator of Call24 allows it.',
  no_provider: 'The answer is not from an OpenID Connect provider. Check the issuer.',
  other_issuer: 'It gives another issuer. Copy the issuer exactly as the provider writes it, with or without the last slash.',
  no_keys: 'It publishes no key for RS256 or ES256.',
  client_refused: 'It does not accept this client id and secret.',
}

class OwnProvider extends Trying {
  /** Null until the first answer. */
  shown = $state.raw<ProviderShown | null>(null)
  roles = $state.raw<readonly { id: string; name: string }[]>([])
  tested = $state.raw<{ ok: boolean; text: string } | null>(null)
  saved = $state(false)

  async load(): Promise<void> {
    this.tested = null
    this.saved = false
    await this.#do(async () => {
      const [shown, roles] = await Promise.all([api.provider(), api.roles().catch(() => ({ items: [] }))])
      this.roles = namedRoles(roles.items)
      return shown
    })
  }

  async save(wish: ProviderSettings): Promise<void> {
    this.tested = null
    this.saved = await this.#do(() => api.setProvider(wish))
  }

  async remove(): Promise<void> {
    this.tested = null
    await this.#do(() => api.dropProvider().then(api.provider))
    this.saved = false
  }

  async test(): Promise<void> {
    this.tested = null
    await this.#do(async () => {
      const { ok, problem } = await api.testProvider()
      this.tested = { ok, text: ok ? 'It answers, publishes its keys and accepts this client.' : (FOUND[problem ?? ''] ?? 'It does not work.') }
      return this.shown
    })
  }

  #do(work: () => Promise<ProviderShown | null>): Promise<boolean> {
    return this.try(async () => void (this.shown = await work()))
  }
}

export const ownProvider = new OwnProvider()
