/**
 * Lines of the audit log as sentences: "changed the queue Support: longest wait". Pure.
 *
 * A line has method and route, ids and names of fields, never values; so a sentence says what was set, not to what.
 * What this file does not know is told by the parts of the route: a new operation has a sentence too.
 */

/** Collections as the routes name them -> one of them. */
const NOUNS: Record<string, string> = {
  users: 'account', people: 'contact', contacts: 'caller', prompts: 'prompt', hours: 'opening hours', fence: 'calling limits', numbers: 'number', flows: 'flow', tokens: 'API token',
  'legal-holds': 'legal hold', 'people-exports': 'export of contacts', 'address-book-imports': 'import of contacts', 'task-filters': 'task filter', 'task-series': 'recurring task',
  'task-bulk-changes': 'change of many tasks', 'crm-connections': 'CRM connection', applications: 'application', 'data-transfers': 'entry of the transfer register', bans: 'ban',
  'caller-files': 'file of a caller', 'caller-imports': 'imported file of a caller', organisation: 'organisation', notices: 'notice', steps: 'step', session: 'state',
}
/** Whole actions, as one would say them; `of` goes before what it was done to. */
const PHRASES: Record<string, string> = {
  'POST/auth/login': 'sign in', 'POST/auth/logout': 'sign out', 'POST/auth/passkey': 'sign in with a passkey', 'POST/auth/provider/complete': 'sign in with the identity provider',
  'POST/auth/provider/logout': 'sign out at the identity provider', 'POST/sanctum/token': 'sign in with a program', 'POST/setup': 'set up the organisation',
  'POST/auth/reset/complete': 'set a new password by a link', 'POST/auth/email/confirm': 'confirm a new e-mail address', 'POST/invitations/accept': 'accept an invitation',
  'PUT/session': 'change their own state', 'PUT/agents/{}/session': 'set the state of', 'DELETE/agents/{}/offer': 'end an offer to', 'PATCH/me': 'change their own name',
  'PUT/me/device': 'tell about their device', 'PUT/me/email': 'change their own e-mail address', 'PUT/me/password': 'change their own password', 'POST/me/picture': 'set their own picture',
  'DELETE/me/picture': 'remove their own picture', 'DELETE/me/sessions': 'end their other sessions', 'DELETE/me/sessions/{}': 'end one of their sessions', 'GET/me/file': 'download their own data', 'GET/internal/calls/{}': 'read the steps of',
  'POST/me/mfa': 'begin to set up an authenticator', 'POST/me/mfa/confirm': 'set up an authenticator', 'POST/me/mfa/remove': 'remove their authenticator', 'POST/me/mfa/recovery': 'make new recovery codes',
  'POST/me/mfa/proof': 'confirm with a second factor', 'POST/me/passkeys': 'add a passkey', 'POST/me/passkeys/options': 'begin to add a passkey', 'POST/me/passkeys/proof': 'confirm with a passkey',
  'DELETE/me/passkeys/{}': 'remove a passkey', 'PATCH/me/passkeys/{}': 'rename a passkey', 'POST/me/policy/acceptances': 'accept the privacy policy', 'POST/me/crash-reports': 'send a crash report',
  'PUT/me/consents/{}': 'agree to a purpose', 'DELETE/me/consents/{}': 'withdraw a consent', 'POST/me/privacy-requests': 'make a privacy request', 'POST/me/provider/begin': 'begin to connect the identity provider',
  'POST/me/provider/complete': 'connect their identity provider', 'PUT/me/notification-preferences': 'change how they are notified', 'POST/me/notifications/read': 'mark notifications as read',
  'PUT/me/notifications/{}/read': 'mark a notification as read', 'PUT/me/device/push-subscription': 'turn on notifications of a device', 'DELETE/me/push-subscriptions/{}': 'turn off notifications of a device',
  'POST/me/push-subscriptions/{}/test': 'test notifications of a device', 'POST/me/app-passwords': 'make an app password', 'DELETE/me/app-passwords/{}': 'revoke an app password',
  'PUT/users/{}/role': 'change the role of', 'PUT/users/{}/skills': 'change the skills of', 'DELETE/users/{}/mfa': 'remove the second factors of', 'POST/users/{}/reset': 'make a link to a new password for',
  'POST/users/{}/report-child': 'report as a child:', 'DELETE/users/{}/provider': 'disconnect the identity provider of', 'DELETE/users/{}/picture': 'remove the picture of', 'GET/users/{}/file': 'download all data of', 'POST/invitations': 'invite somebody', 'POST/invitations/{}/resend': 'send an invitation again', 'DELETE/invitations/{}': 'withdraw an invitation',
  'PUT/organisation/provider': 'change single sign-on', 'DELETE/organisation/provider': 'remove single sign-on', 'PUT/organisation/record-days': 'change how long calls are kept',
  'DELETE/organisation/record-days/change': 'take back how long calls are kept', 'POST/organisation/closing': 'close the organisation', 'DELETE/organisation/closing': 'keep the organisation after all',
  'PATCH/organisation/policy': 'change the privacy policy', 'PUT/fence': 'change the calling limits', 'POST/fence/unfreeze': 'unfreeze outgoing calls', 'DELETE/trunks/bans/{}': 'lift a ban at the trunks',
  'POST/tokens': 'make an API token', 'DELETE/tokens/{}': 'revoke an API token', 'POST/recordings/keys': 'replace the key of recordings', 'POST/calls': 'place a call', 'POST/calls/{}/hangup': 'hang up the call',
  'POST/calls/{}/monitor': 'monitor the call', 'DELETE/calls/{}/monitor': 'stop monitoring the call', 'POST/calls/{}/take-over': 'take over the call', 'POST/calls/{}/digits': 'send digits in the call',
  'POST/calls/{}/consult': 'consult somebody in the call', 'POST/calls/{}/conference': 'make a conference of the call', 'POST/calls/{}/complete': 'connect both sides of the call',
  'POST/calls/{}/drop': 'drop the third party of the call', 'POST/calls/{}/swap': 'swap the parties of the call', 'POST/calls/{}/disposition': 'choose a disposition for the call', 'PUT/calls/{}/note': 'write a note of the call',
  'POST/calls/{}/recording/pause': 'pause the recording of the call', 'POST/calls/{}/recording/resume': 'resume the recording of the call', 'POST/calls/{}/recording/start': 'start the recording of the call',
  'DELETE/callbacks/{}': 'remove a callback', 'POST/contacts/{}/consents': 'enter a consent of a caller', 'POST/contacts/{}/erase': 'erase the caller', 'POST/contacts/{}/export': 'make a file of the caller',
  'POST/people/{}/erase': 'erase the contact', 'POST/people/{}/merge': 'merge the contact', 'POST/people/duplicates/{}/dismiss': 'dismiss a duplicate', 'POST/people/history/{}/undo': 'undo a change of a contact',
  'POST/privacy-requests/{}/steps': 'take a step of the privacy request', 'PATCH/privacy-requests/deadlines': 'move deadlines of privacy requests', 'POST/incidents/{}/steps': 'take a step of the incident',
  'POST/incidents/{}/search': 'look for people affected by the incident', 'POST/restrictions/{}/openings': 'open restricted data', 'POST/crm-connections/{}/links/{}/choices': 'choose between values for a CRM',
  'POST/disclosures/{}/corrections': 'add to the disclosure', 'GET/recordings/{}/audio': 'listen to the recording', 'GET/restrictions/{}/recordings/{}/audio': 'listen to a restricted recording',
  'GET/audit/file': 'download the audit log', 'GET/files/{}/content': 'download the file', 'GET/recordings/{}/vcon': 'download the recording', 'GET/incidents/{}/people/file': 'download who is affected by the incident',
  'POST/task-addresses/{}/rotate': 'replace the address for tasks', 'POST/uploads': 'begin to upload a file', 'DELETE/uploads/{}': 'cancel an upload', 'POST/webhooks/{}/deliveries/{}/resend': 'send a message of the webhook again', 'POST/flows/{}/rollback': 'roll back the flow',
  'POST/webhooks/{}/test': 'send a test to the webhook', 'POST/task-bulk-changes': 'change many tasks', 'POST/crm-connections/{}/retry': 'go on with the CRM connection', 'POST/calls/{}/reattach': 'come back to the call',
}
/** The last part of a route -> what is done; the others are made of the word itself. */
const VERBS: Record<string, string> = { secret: 'make a new secret for', resend: 'send again', start: 'start', steps: 'add a step to', reading: 'change the columns of', preview: 'preview', simulate: 'test', retry: 'try again with', search: 'search in' }
const PAST: Record<string, string> = {
  make: 'made', send: 'sent', set: 'set', begin: 'began', take: 'took', withdraw: 'withdrew', choose: 'chose', write: 'wrote', hang: 'hung', keep: 'kept', tell: 'told', undo: 'undid', put: 'put', swap: 'swapped',
  drop: 'dropped', stop: 'stopped', unfreeze: 'unfroze', transfer: 'transferred', cancel: 'cancelled', hold: 'held', resend: 'resent', do: 'did', add: 'added', go: 'went', come: 'came',
}
const FIELDS: Record<string, string> = {
  max_wait_s: 'longest wait', ring_s: 'how long a phone rings', wrap_up_s: 'wrap-up', hours_id: 'opening hours', mfa_required: 'second factor required', queue_id: 'queue', flow_id: 'flow', trunk_id: 'trunk',
  assignee_id: 'assignee', member_channels: 'channels', holidays: 'exceptions', weekly: 'week', current_password: '', e164: 'number',
}

/** What was done, before the name of what it was done to: "change the queue", "sign in". In the infinitive. */
export function phrase(action: string): string {
  const [method = '', path = ''] = action.replace(/\/v1(?=\/)/, '').split(' ')
  const parts = path.split('/').filter(Boolean)
  const known = PHRASES[`${method}/${parts.map((part) => (part.startsWith('{') ? '{}' : part)).join('/')}`]
  return known ?? unknown(method, parts)
}

function unknown(method: string, parts: string[]): string {
  const last = parts.at(-1) ?? ''
  const [first = ''] = parts
  if (first === 'me') return `${verb(method, true)} their own ${plain(parts.filter((part) => part !== 'me' && !part.startsWith('{')).at(-1) ?? 'account')}`
  if (parts.length === 1) return method === 'POST' ? `add ${a(one(first))}` : `${verb(method)} ${the(first)}`
  if (last.startsWith('{')) {
    const owner = parts.at(-4)
    return `${verb(method)} ${parts.length > 3 && owner !== undefined ? `${a(one(parts.at(-2) ?? ''))} of ${the(owner)}` : the(parts.at(-2) ?? '')}`
  }
  const owner = the(parts.findLast((_, i) => parts[i + 1]?.startsWith('{')) ?? first)
  if (method !== 'POST') return `${verb(method)} the ${plain(last)} of ${owner}`
  return VERBS[last] === undefined && last.endsWith('s') ? `add ${a(one(last))} to ${owner}` : `${VERBS[last] ?? plain(last)} ${owner}`
}

const verb = (method: string, own = false): string => (method === 'DELETE' ? 'delete' : method === 'GET' ? 'download' : own && method === 'POST' ? 'add to' : 'change')
const plain = (part: string): string => part.replaceAll(/[-_]/g, ' ')
const one = (part: string): string => NOUNS[part] ?? plain(part).replace(/ies$/, 'y').replace(/(?<=sh|ch|x|ss)es$/, '').replace(/(?<!s)s$/, '')
const the = (part: string): string => `the ${one(part)}`
const a = (noun: string): string => (noun === 'opening hours' ? noun : `${/^[aeiou]/i.test(noun) ? 'an' : 'a'} ${noun}`)

/** Who or what it was done to, where its name is not known: only phrases that cannot stand alone need a word. */
export const unnamed = (did: string): string => (/ (of|to|for)$|:$/.test(did) ? 'somebody' : '')

/** "change the queue" -> "changed the queue". */
export function past(did: string): string {
  const [first = '', ...rest] = did.split(' ')
  const was = PAST[first] ?? (first.endsWith('e') ? `${first}d` : /[^aeiou]y$/.test(first) ? `${first.slice(0, -1)}ied` : `${first}ed`)
  return [was, ...rest].join(' ')
}

/** Which fields were sent, in words; what nobody would ask about is left out. */
export function fieldWords(fields: readonly string[]): string {
  const words = fields.map((field) => FIELDS[field] ?? plain(field.replace(/_(s|id|ids|at|on)$/, '')))
  return [...new Set(words)].filter((word) => word !== '').join(', ')
}

/** How it ended, where it was not simply done. */
export function outcome(line: { status: number; code: string | null }): string {
  if (line.status < 400) return ''
  if (line.status === 401) return 'failed'
  return line.status === 403 ? 'refused' : `not done: ${plain(line.code ?? String(line.status))}`
}
