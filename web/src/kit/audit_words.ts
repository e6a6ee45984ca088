/**
 * Lines of the audit log as sentences: "changed the queue Support: longest wait". Pure.
 *
 * A line has method and route, ids and names of fields; of settings also what was changed to what (audit_values.ts).
 * What this file does not know is told by the parts of the route: a new operation has a sentence too.
 */

import { DEEDS, STEPS, type Deed } from './audit_phrases'
import { ERASURE_REASONS } from './privacy'
import { CORRECTION_REASONS, LEAVING_REASONS, MONITOR_REASONS } from './words'

/** Collections as the routes name them -> one of them. */
const NOUNS: Record<string, string> = {
  users: /* @wc-include */ 'account', people: /* @wc-include */ 'contact', contacts: /* @wc-include */ 'caller', prompts: /* @wc-include */ 'prompt',
  hours: 'opening hours', fence: 'calling limits', numbers: /* @wc-include */ 'number', flows: /* @wc-include */ 'flow', tokens: 'API token',
  'legal-holds': 'legal hold', 'people-exports': 'export of contacts', 'task-exports': 'export of tasks', 'address-book-imports': 'import of contacts', 'task-filters': 'task filter',
  'task-series': 'recurring task', 'task-bulk-changes': 'change of many tasks', 'crm-connections': 'CRM connection', applications: /* @wc-include */ 'application',
  'data-transfers': 'entry of the transfer register', bans: /* @wc-include */ 'ban', 'task-addresses': 'e-mail address for tasks', 'caller-files': 'file of a caller', 'caller-imports': 'imported file of a caller',
  organisation: /* @wc-include */ 'organisation', notices: /* @wc-include */ 'notice', steps: /* @wc-include */ 'step', session: /* @wc-include */ 'state',
  queues: /* @wc-include */ 'queue', trunks: /* @wc-include */ 'trunk', roles: /* @wc-include */ 'role', webhooks: /* @wc-include */ 'webhook',
  tasks: /* @wc-include */ 'task', comments: /* @wc-include */ 'comment', dispositions: /* @wc-include */ 'disposition', 'pause-reasons': 'pause reason',
  exports: /* @wc-include */ 'export', files: /* @wc-include */ 'file', processors: /* @wc-include */ 'processor', incidents: /* @wc-include */ 'incident',
  disclosures: /* @wc-include */ 'disclosure', 'privacy-requests': 'privacy request', uploads: /* @wc-include */ 'upload', calls: /* @wc-include */ 'call',
  recordings: /* @wc-include */ 'recording', callbacks: /* @wc-include */ 'callback', invitations: /* @wc-include */ 'invitation',
  restrictions: /* @wc-include */ 'restriction', agents: /* @wc-include */ 'agent', provider: 'single sign-on',
}
const FIELDS: Record<string, string> = {
  max_wait_s: 'longest wait', ring_s: 'how long a phone rings', wrap_up_s: /* @wc-include */ 'wrap-up', hours_id: 'opening hours', mfa_required: 'second factor required', queue_id: /* @wc-include */ 'queue', flow_id: /* @wc-include */ 'flow', trunk_id: /* @wc-include */ 'trunk',
  assignee_id: /* @wc-include */ 'assignee', member_channels: /* @wc-include */ 'channels', holidays: /* @wc-include */ 'exceptions', weekly: /* @wc-include */ 'week', current_password: '', e164: /* @wc-include */ 'number',
  offer_s: 'how long a phone rings', service_level_s: 'answered within', max_waiting: 'most callers waiting', recording_days: 'days of recordings', record_days: 'days of call records', timezone: 'time zone',
  record: /* @wc-include */ 'recording', role: /* @wc-include */ 'role', permissions: /* @wc-include */ 'permissions', addresses: /* @wc-include */ 'addresses', host: /* @wc-include */ 'host',
  greeting: /* @wc-include */ 'greeting', strategy: /* @wc-include */ 'strategy', priority: /* @wc-include */ 'priority', skills: /* @wc-include */ 'skills', exits: 'callers who cannot stay', to: '',
  name: /* @wc-include */ 'name', members: /* @wc-include */ 'members', enabled: /* @wc-include */ 'switched on',
}

/** What was done, before the name of what it was done to. An operation that has no phrase is told by the parts of its route. */
export function deed(action: string): Deed {
  const [method = '', path = ''] = action.replace(/\/v1(?=\/)/, '').split(' ')
  const parts = path.split('/').filter(Boolean)
  const known = DEEDS[`${method}/${parts.map((part) => (part.startsWith('{') ? '{}' : part)).join('/')}`]
  return known ?? unknown(method, parts)
}

function unknown(method: string, parts: string[]): Deed {
  const last = parts.at(-1) ?? ''
  const [first = ''] = parts
  if (first === 'me') return own(method, plain(parts.filter((part) => part !== 'me' && !part.startsWith('{')).at(-1) ?? 'account'))
  if (parts.length === 1) return method === 'POST' ? added(one(first)) : changed(method, one(first))
  if (last.startsWith('{')) {
    const owner = parts.at(-4)
    const thing = one(parts.at(-2) ?? '')
    return changed(method, parts.length > 3 && owner !== undefined ? partOf(a(thing), the(owner)) : thing, parts.length > 3)
  }
  const owner = the(parts.findLast((_, i) => parts[i + 1]?.startsWith('{')) ?? first)
  if (method !== 'POST') return changed(method, partOf(`the ${plain(last)}`, owner), true)
  const step = STEPS[last]
  if (step !== undefined) return step(owner)
  if (last.endsWith('s')) return [`add ${a(one(last))} to ${owner}`, `added ${a(one(last))} to ${owner}`]
  const verb = plain(last)
  return [`${verb} ${owner}`, `${verb.replace(/^\w+/, past)} ${owner}`]
}

function changed(method: string, thing: string, whole = false): Deed {
  const what = whole ? thing : `the ${thing}`
  if (method === 'DELETE') return [`delete ${what}`, `deleted ${what}`]
  return method === 'GET' ? [`download ${what}`, `downloaded ${what}`] : [`change ${what}`, `changed ${what}`]
}

function own(method: string, thing: string): Deed {
  if (method === 'DELETE') return [`delete their own ${thing}`, `deleted their own ${thing}`]
  if (method === 'GET') return [`download their own ${thing}`, `downloaded their own ${thing}`]
  return method === 'POST' ? [`add to their own ${thing}`, `added to their own ${thing}`] : [`change their own ${thing}`, `changed their own ${thing}`]
}

const added = (noun: string): Deed => [`add ${a(noun)}`, `added ${a(noun)}`]
const plain = (part: string): string => NOUNS[part] ?? part.replaceAll(/[-_]/g, ' ')
const one = (part: string): string => NOUNS[part] ?? plain(part).replace(/ies$/, 'y').replace(/(?<=sh|ch|x|ss)es$/, '').replace(/(?<!s)s$/, '')
const the = (part: string): string => `the ${one(part)}`
/* @wc-context: a thing of something */
const partOf = (thing: string, owner: string): string => `${thing} of ${owner}`
const a = (noun: string): string => (noun === NOUNS['hours'] ? noun : /^[aeiou]/i.test(noun) ? `an ${noun}` : `a ${noun}`)

/** Of an English verb that no phrase has: "publish" -> "published". */
const past = (verb: string): string => (verb.endsWith('e') ? `${verb}d` : /[^aeiou]y$/.test(verb) ? `${verb.slice(0, -1)}ied` : `${verb}ed`)

/** Who or what it was done to, where its name is not known: only phrases that cannot stand alone need a word. */
export const unnamed = (action: string): string => (/\/users\/\{|\/agents\/\{/.test(action) ? /* @wc-include */ 'somebody' : '')

export const fieldWord = (field: string): string => FIELDS[field] ?? plain(field.replace(/_(s|id|ids|at|on)$/, ''))

/** Which fields were sent, in words; what nobody would ask about is left out. */
export function fieldWords(fields: readonly string[]): string {
  const words = fields.map(fieldWord)
  return [...new Set(words)].filter((word) => word !== '').join(', ')
}

/** How it ended, where it was not simply done. */
export function outcome(line: { status: number; code: string | null }): string {
  if (line.status < 400) return ''
  if (line.status === 401) return /* @wc-include */ 'failed'
  return line.status === 403 ? /* @wc-include */ 'refused' : `not done: ${plain(line.code ?? String(line.status))}`
}

const REASONS: Readonly<Record<string, string>> = {
  abuse: 'Abuse', ...Object.fromEntries([...ERASURE_REASONS, ...MONITOR_REASONS, ...CORRECTION_REASONS, ...LEAVING_REASONS].map(({ id, word }) => [id, word])),
}

/** The reason that a supervisor or officer chose; null for one of another kind. */
export const reasonWord = (code: string): string | null => REASONS[code] ?? null
