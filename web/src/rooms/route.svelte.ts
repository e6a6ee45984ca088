/** Which screen the address names. Hash routes, so that any server can serve the one page. */

export type Route =
  | { name: 'calls' }
  | { name: 'history'; call: string | null }
  | { name: 'dial'; number: string | null }
  | { name: 'contacts'; person: string | null }
  | { name: 'work'; task: string | null }
  | { name: 'live' }
  | { name: 'start' }
  | { name: 'trunks'; trunk: string | null }
  | { name: 'numbers'; number: string | null }
  | { name: 'queues'; queue: string | null }
  | { name: 'webhooks'; webhook: string | null }
  | { name: 'crm'; connection: string | null }
  | { name: 'incidents'; incident: string | null }
  | { name: 'disclosures'; disclosure: string | null }
  | { name: 'reports' }
  | { name: 'what-if' }
  | { name: 'audit' }
  | { name: 'me' }
  | { name: 'security' }
  | { name: 'tokens' }
  | { name: 'address-books' }
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

export function parseRoute(hash: string): Route {
  const [head = '', rest = ''] = hash.replace(/^#?\/?/, '').split('/', 2).map(decode)
  if (head === 'history') return { name: 'history', call: rest || null }
  if (head === 'dial') return { name: 'dial', number: rest || null }
  if (head === 'contacts') return { name: 'contacts', person: rest || null }
  if (head === 'notifications') return { name: 'notifications', part: rest === 'preferences' ? 'preferences' : null }
  if (head === 'work') return { name: 'work', task: rest || null }
  if (head === 'live') return { name: 'live' }
  if (head === 'start') return { name: 'start' }
  if (head === 'trunks') return { name: 'trunks', trunk: rest || null }
  if (head === 'numbers') return { name: 'numbers', number: rest || null }
  if (head === 'queues') return { name: 'queues', queue: rest || null }
  if (head === 'hours' || head === 'prompts' || head === 'flows' || head === 'dispositions' || head === 'pause-reasons' || head === 'calling-limits' || head === 'task-addresses' || head === 'roles' || head === 'applications') return { name: head, open: rest || null }
  if (head === 'webhooks') return { name: 'webhooks', webhook: rest || null }
  if (head === 'crm') return { name: 'crm', connection: rest || null }
  if (head === 'incidents') return { name: 'incidents', incident: rest || null }
  if (head === 'disclosures') return { name: 'disclosures', disclosure: rest || null }
  if (head === 'reports' || head === 'what-if') return { name: head }
  if (head === 'audit') return { name: 'audit' }
  if (head === 'organisation' || head === 'provider' || head === 'close' || head === 'administration') return { name: head }
  if (head === 'me' || head === 'security' || head === 'tokens' || head === 'address-books' || head === 'people') return { name: head }
  if (head === 'privacy-requests') return { name: 'privacy-requests', request: rest || null }
  if (head === 'caller-files') return { name: 'caller-files', contact: rest || null }
  if (head === 'caller-imports') return { name: 'caller-imports', import: rest || null }
  if (head === 'erase') return { name: 'erase', contact: rest || null }
  if (head === 'restrictions') return { name: 'restrictions', restriction: rest || null }
  if (head === 'legal-holds') return { name: 'legal-holds', hold: rest || null }
  if (head === 'privacy' || head === 'data-transfers' || head === 'processors' || head === 'retention' || head === 'self-audit' || head === 'policy' || head === 'my-data') return { name: head }
  if (head === 'lost') return { name: 'lost' }
  if ((head === 'invitation' || head === 'reset' || head === 'email') && rest !== '') return { name: head, token: rest }
  if (head === 'setup' && rest !== '') return { name: 'setup', token: rest }
  return { name: 'calls' }
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

class Router {
  route = $state.raw<Route>(parseRoute(location.hash))

  constructor() {
    addEventListener('hashchange', () => (this.route = parseRoute(location.hash)))
  }

  /** Replaces the address without a step in the browser's history. */
  replace(hash: string): void {
    history.replaceState(null, '', hash)
    this.route = parseRoute(hash)
  }
}

export const router = new Router()
