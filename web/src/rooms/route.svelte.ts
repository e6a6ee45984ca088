/** Which screen the address names, and what its list is searched for (`?q=`). Hash routes, so that any server can serve the one page. */
import { isLinkPlace } from '../kit/link_place'

export type Route =
  | { name: 'calls' }
  | { name: 'history'; call: string | null }
  | { name: 'dial'; number: string | null }
  | { name: 'contacts'; person: string | null }
  | { name: 'work'; task: string | null }
  | { name: 'live'; part: 'wall' | null }
  | { name: 'start' }
  | { name: 'branding' }
  | { name: 'trunks'; trunk: string | null }
  | { name: 'numbers'; number: string | null }
  | { name: 'queues'; queue: string | null }
  | { name: 'webhooks'; webhook: string | null }
  | { name: 'crm'; connection: string | null }
  | { name: 'incidents'; incident: string | null }
  | { name: 'disclosures'; disclosure: string | null }
  | { name: 'reports'; saved: string | null }
  | { name: 'what-if' }
  | { name: 'staffing' }
  | { name: 'audit' }
  | { name: 'installation' }
  | { name: 'me' }
  | { name: 'security' }
  | { name: 'tokens' }
  | { name: 'address-books' }
  | { name: 'sound' }
  | { name: 'help' }
  | { name: 'people' }
  | { name: 'setup'; token: string }
  | { name: 'invitation'; token: string }
  | { name: 'reset'; token: string }
  | { name: 'email'; token: string }
  | { name: 'lost' }
  | { name: 'organisation' }
  | { name: 'provider' }
  | { name: 'close' }
  | { name: 'administration' }
  | { name: 'privacy' }
  | { name: 'privacy-requests'; request: string | null }
  | { name: 'caller-files'; contact: string | null }
  | { name: 'caller-imports'; import: string | null }
  | { name: 'erase'; contact: string | null }
  | { name: 'legal-holds'; hold: string | null }
  | { name: 'restrictions'; restriction: string | null }
  | { name: 'data-transfers' }
  | { name: 'processors' }
  | { name: 'retention' }
  | { name: 'self-audit' }
  | { name: 'policy' }
  | { name: 'my-data' }
  | { name: 'hours'; open: string | null }
  | { name: 'prompts'; open: string | null }
  | { name: 'flows'; open: string | null }
  | { name: 'dispositions'; open: string | null }
  | { name: 'pause-reasons'; open: string | null }
  | { name: 'calling-limits'; open: string | null }
  | { name: 'task-addresses'; open: string | null }
  | { name: 'applications'; open: string | null }
  | { name: 'roles'; open: string | null }
  | { name: 'notifications'; part: 'preferences' | null }
  | { name: 'unknown' }

type Name = Route['name']
/** Addresses that are one page, as #/audit. */
const PAGES: readonly string[] = [
  'start', 'branding', 'what-if', 'staffing', 'audit', 'installation', 'organisation', 'provider', 'close', 'administration', 'me', 'security', 'tokens', 'address-books', 'sound', 'help', 'people',
  'privacy', 'data-transfers', 'processors', 'retention', 'self-audit', 'policy', 'my-data', 'lost',
] satisfies Name[]
/** Addresses that may name one thing of theirs, as #/queues/que_1, and what the route calls it. */
const THINGS: Readonly<Record<string, string>> = {
  history: 'call', dial: 'number', contacts: 'person', work: 'task', trunks: 'trunk', numbers: 'number', queues: 'queue', webhooks: 'webhook', crm: 'connection',
  incidents: 'incident', disclosures: 'disclosure', 'privacy-requests': 'request', 'caller-files': 'contact', 'caller-imports': 'import', erase: 'contact',
  restrictions: 'restriction', 'legal-holds': 'hold', hours: 'open', prompts: 'open', flows: 'open', dispositions: 'open', 'pause-reasons': 'open',
  'calling-limits': 'open', 'task-addresses': 'open', roles: 'open', applications: 'open', reports: 'saved',
} satisfies Partial<Record<Name, string>>

export function parseRoute(hash: string): Route {
  const [head = '', rest = ''] = placeOf(hash).replace(/^#?\/?/, '').split('/', 2).map(decode)
  if (PAGES.includes(head) && rest === '') return { name: head } as Route
  if (Object.hasOwn(THINGS, head)) return { name: head, [THINGS[head] as string]: rest || null } as Route
  if (head === 'live' && (rest === '' || rest === 'wall')) return { name: 'live', part: rest === 'wall' ? 'wall' : null }
  if (head === 'notifications') return { name: 'notifications', part: rest === 'preferences' ? 'preferences' : null }
  if ((head === 'invitation' || head === 'reset' || head === 'email' || head === 'setup') && rest !== '') return { name: head, token: rest }
  return { name: head === '' || head === 'calls' || !hash.startsWith('#/') ? 'calls' : 'unknown' }
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

/** The address without what is searched for. */
export const placeOf = (hash: string): string => hash.split('?', 1)[0] ?? ''

export function parseSearch(hash: string): string {
  return new URLSearchParams(hash.slice(placeOf(hash).length)).get('q') ?? ''
}

const queryOf = (hash: string): string => hash.slice(placeOf(hash).length)

/** Browsers refuse more than about a hundred changes of the address in half a minute. */
const WRITTEN_AFTER_MS = 200

class Router {
  route = $state.raw<Route>(parseRoute(location.hash))
  /** What is typed into the search of the list that is open. */
  search = $state(parseSearch(location.hash))
  /** What the address says behind "?", for lists with filters of their own. */
  query = $state(queryOf(location.hash))
  /** The address of a link with a phone number that is not in the dial pad yet: it outlasts the sign-in. */
  link: string | null = null
  #writing: ReturnType<typeof setTimeout> | undefined

  constructor() {
    this.#keep(location.hash)
    addEventListener('hashchange', () => this.#read(location.hash))
  }

  /** Replaces the address without a step in the browser's history. */
  replace(hash: string): void {
    history.replaceState(null, '', hash)
    this.#read(hash)
  }

  /** Goes to the link that was opened before the sign-in. */
  resume(): void {
    if (this.link !== null) this.replace(this.link)
  }

  /** The link's number is in the dial pad: it need not stay in the address, and can be opened again. */
  linkTaken(): void {
    this.link = null
    this.replace('#/dial')
  }

  #keep(hash: string): void {
    if (isLinkPlace(hash)) this.link = hash
  }

  /** Searches the list; the address follows, so that it can be kept and sent on. */
  lookFor(text: string): void {
    this.search = text
    clearTimeout(this.#writing)
    this.#writing = setTimeout(() => history.replaceState(null, '', this.searched(placeOf(location.hash) || '#/')), WRITTEN_AFTER_MS)
  }

  /** An address of the same list, with what it is searched for. */
  searched(hash: string): string {
    return `${hash}${this.tail}`
  }

  /** What of the address says what is searched for; empty: nothing is. */
  get tail(): string {
    return this.search.trim() === '' ? '' : `?${new URLSearchParams({ q: this.search.trim() }).toString()}`
  }

  #read(hash: string): void {
    clearTimeout(this.#writing)
    this.#keep(hash)
    this.route = parseRoute(hash)
    this.search = parseSearch(hash)
    this.query = queryOf(hash)
  }
}

export const router = new Router()
