/** What is said of a CRM connection: its state, why it stopped, what became of people and of what the CRM is told. Pure. */
import type { CrmConnectionAnswer, CrmFieldMapping, CrmJobAnswer, CrmLinkAnswer, CrmRecordPreview } from './api-types'
import type { Tone } from './timeline'

export interface Said { tone: Tone; word: string }
export type CrmConnection = CrmConnectionAnswer
export type Wish = CrmConnection['wish']
export type LinkState = CrmLinkAnswer['state']
export type Rule = CrmFieldMapping['rule']

const STATE: Record<CrmConnection['state'], Said> = {
  off: { tone: 'none', word: 'Off' },
  dry_run: { tone: 'hold', word: 'Preview only' },
  running: { tone: 'talk', word: 'Working' },
  waiting: { tone: 'wait', word: 'Waiting' },
  failed: { tone: 'bad', word: 'Stopped' },
}
export const fares = (one: CrmConnection): Said => STATE[one.state]

const TROUBLE: Record<NonNullable<CrmConnection['trouble']>, readonly [why: string, todo: string]> = {
  no_answer: ['The CRM does not answer', 'It is tried again by itself. Nothing is lost.'],
  too_slow: ['The CRM answers too slowly', 'It is tried again by itself. Nothing is lost.'],
  rate_limited: ['The CRM asks for fewer requests', 'It is asked again when it said. Nothing is lost.'],
  server_error: ['The CRM has an error of its own', 'It is tried again by itself. Nothing is lost.'],
  malformed: ['The CRM’s answer is not what it must be', 'Compare it with the guide, and correct the names below.'],
  unauthorised: ['The CRM refuses the token or password', 'Enter a new one under Change.'],
  not_found: ['There is no list at this address', 'Correct the address or the path under Change.'],
  redirected: ['The CRM has moved', 'Enter the address that it redirects to.'],
  not_allowed: ['Call24 may not send to this address', 'Use an address on the internet, with https.'],
  no_secret: ['The token or password can no longer be read', 'Enter it again under Change.'],
  switched_off: ['Your organisation is switched off', 'Nothing is sent until it is switched on.'],
}
export const trouble = (one: CrmConnection): readonly [string, string] | null => (one.trouble === null ? null : TROUBLE[one.trouble])

export const WISHES: readonly (readonly [Wish, string])[] = [['off', 'Off'], ['dry_run', 'Preview'], ['on', 'On']]

/** In the order in which they are shown. */
export const LINKS: readonly { state: LinkState; word: string; about: string; tone: Tone }[] = [
  { state: 'in_step', word: 'In step', about: 'Both sides have the same', tone: 'talk' },
  { state: 'waiting', word: 'Waiting', about: 'Their turn comes', tone: 'wait' },
  { state: 'asking', word: 'To decide', about: 'Both sides changed the same field', tone: 'ring' },
  { state: 'failed', word: 'Failed', about: 'Tried again by itself, at most every six hours', tone: 'bad' },
  { state: 'objected', word: 'Not passed on', about: 'They object, or their data is restricted', tone: 'pause' },
  { state: 'ended', word: 'Ended', about: 'Deleted on one side', tone: 'none' },
]

const JOB: Record<CrmJobAnswer['kind'], string> = {
  erasure: 'Erase a caller',
  erasure_by_number: 'Erase whoever has a number',
  objection: 'A person objects',
  objection_lifted: 'An objection was withdrawn',
  call: 'Log a call',
}
const JOB_STATE: Record<CrmJobAnswer['state'], Said> = {
  waiting: { tone: 'wait', word: 'Waiting' },
  done: { tone: 'talk', word: 'Done' },
  failed: { tone: 'bad', word: 'Failed' },
  dropped: { tone: 'none', word: 'Not needed' },
}
export const jobWord = (job: CrmJobAnswer): string => JOB[job.kind]
export const jobState = (job: CrmJobAnswer): Said => JOB_STATE[job.state]

export const FIELDS: readonly (readonly [string, string])[] = [
  ['given', 'Given name'], ['family', 'Family name'], ['patronymic', 'Patronymic'], ['phonetic', 'Phonetic name'], ['company', 'Company'],
  ['number', 'First number'], ['email', 'First e-mail'], ['notes', 'Notes'], ['name', 'Whole name'],
]
export const fieldWord = (field: string): string => FIELDS.find(([each]) => each === field)?.[1] ?? field.replace(/^field:/, '')

export type CrmKind = CrmConnection['kind']
export interface KindWords { word: string; about: string; url: string; urlHint: string; secret: string; secretHint: string; members: string }

/** What a connection of each kind is asked for. */
export const KINDS: Record<CrmKind, KindWords> = {
  rest: {
    word: 'REST interface', about: 'Any CRM with a REST interface of JSON.', url: 'https://crm.example.com/api', urlHint: 'Of its REST interface.',
    secret: 'Token', secretHint: 'The CRM’s bearer token. It is stored encrypted and never shown again.', members: 'the member of the CRM’s record',
  },
  tryton: {
    word: 'Tryton', about: 'Parties are kept in step; finished calls become notes of a party.', url: 'https://erp.example.com/company', urlHint: 'Where Tryton is, with the name of the database at the end.',
    secret: 'Password', secretHint: 'Of this user. It is stored encrypted and never shown again.', members: 'the party’s field: name, number, email, address.city',
  },
  zammad: {
    word: 'Zammad', about: 'Customers of the help desk are kept in step; finished calls become closed tickets. Not run against Zammad’s own server yet.', url: 'https://support.example.com', urlHint: 'Where Zammad is, without a path.',
    secret: 'Access token', secretHint: 'Of an agent’s profile, Token Access. It is stored encrypted and never shown again.', members: 'the customer’s attribute: firstname, number, email, organization',
  },
  hubspot: {
    word: 'HubSpot', about: 'Contacts are kept in step; finished calls become calls of the contact. Not run against HubSpot’s own server yet.', url: 'https://api.hubapi.com', urlHint: 'Of HubSpot’s API: https://api.hubapi.com',
    secret: 'Access token', secretHint: 'Of a private app. It is stored encrypted and never shown again.', members: 'the property’s internal name: firstname, number, email, company',
  },
  espocrm: {
    word: 'EspoCRM', about: 'Contacts are kept in step; finished calls become calls of the contact. Not run against EspoCRM’s own server yet.', url: 'https://crm.example.com', urlHint: 'Where EspoCRM is, without a path for its API.',
    secret: 'API key', secretHint: 'Of an API user. It is stored encrypted and never shown again.', members: 'the contact’s field: firstName, phoneNumber, emailAddress, cCustomerNumber',
  },
  odoo: {
    word: 'Odoo', about: 'Contacts who are persons are kept in step; finished calls become notes of the contact. Odoo 19 or later. Not run against Odoo’s own server yet.', url: 'https://company.odoo.com', urlHint: 'Where Odoo is, without a path.',
    secret: 'API key', secretHint: 'Of a user of its own: Preferences, Security. It is stored encrypted and never shown again.', members: 'the contact’s field: name, phone, email, x_customer_number',
  },
  bitrix24: {
    word: 'Bitrix24', about: 'Contacts are kept in step; finished calls become comments in the contact’s timeline. Not run against Bitrix24’s own server yet.', url: 'https://company.bitrix24.com', urlHint: 'Where your Bitrix24 is, without the webhook’s path.',
    secret: 'Webhook’s secret', secretHint: 'The last part of the inbound webhook’s address. It is stored encrypted and never shown again.', members: 'the contact’s field: name, lastName, phone, email, ufCrm_1700000000001',
  },
  chatwoot: {
    word: 'Chatwoot', about: 'Contacts of the help desk are kept in step; finished calls become notes of the contact. Chatwoot does not tell what changed: all contacts are compared, 12,000 an hour. Not run against Chatwoot’s own server yet.', url: 'https://app.chatwoot.com', urlHint: 'Where Chatwoot is, without a path.',
    secret: 'Access token', secretHint: 'Of an administrator’s profile. It is stored encrypted and never shown again.', members: 'the contact’s field: name, phone_number, email, custom_attributes.customer_number',
  },
  roundup: {
    word: 'Roundup', about: 'Customers of the help desk are kept in step; finished calls become closed issues. It needs a file of Call24’s in the tracker.', url: 'https://support.example.com', urlHint: 'Where the tracker is.',
    secret: 'Password', secretHint: 'Of this user. It is stored encrypted and never shown again.', members: 'the user’s property: realname, phone, address (of e-mail), organisation',
  },
}

/** What a new connection begins with. */
export const USUAL: Record<CrmKind, readonly { field: string; remote: string; rule: Rule }[]> = {
  rest: [{ field: 'given', remote: 'given_name', rule: 'ask' }, { field: 'family', remote: 'family_name', rule: 'ask' }, { field: 'number', remote: 'phone', rule: 'ask' }, { field: 'email', remote: 'email', rule: 'ask' }],
  tryton: [{ field: 'name', remote: 'name', rule: 'ask' }, { field: 'number', remote: 'number', rule: 'ask' }, { field: 'email', remote: 'email', rule: 'ask' }],
  hubspot: [{ field: 'given', remote: 'firstname', rule: 'ask' }, { field: 'family', remote: 'lastname', rule: 'ask' }, { field: 'number', remote: 'number', rule: 'ask' }, { field: 'email', remote: 'email', rule: 'ask' }],
  espocrm: [{ field: 'given', remote: 'firstName', rule: 'ask' }, { field: 'family', remote: 'lastName', rule: 'ask' }, { field: 'number', remote: 'phoneNumber', rule: 'ask' }, { field: 'email', remote: 'emailAddress', rule: 'ask' }],
  odoo: [{ field: 'name', remote: 'name', rule: 'ask' }, { field: 'number', remote: 'phone', rule: 'ask' }, { field: 'email', remote: 'email', rule: 'ask' }],
  bitrix24: [{ field: 'given', remote: 'name', rule: 'ask' }, { field: 'family', remote: 'lastName', rule: 'ask' }, { field: 'number', remote: 'phone', rule: 'ask' }, { field: 'email', remote: 'email', rule: 'ask' }],
  chatwoot: [{ field: 'name', remote: 'name', rule: 'ask' }, { field: 'number', remote: 'phone_number', rule: 'ask' }, { field: 'email', remote: 'email', rule: 'ask' }],
  roundup: [{ field: 'name', remote: 'realname', rule: 'ask' }, { field: 'number', remote: 'phone', rule: 'ask' }, { field: 'email', remote: 'address', rule: 'ask' }],
  zammad: [{ field: 'given', remote: 'firstname', rule: 'ask' }, { field: 'family', remote: 'lastname', rule: 'ask' }, { field: 'number', remote: 'number', rule: 'ask' }, { field: 'email', remote: 'email', rule: 'ask' }],
}

/** What the mapping of a connection can name, where the connector knows it. */
export const MEMBERS: Record<CrmKind, readonly string[]> = {
  rest: [],
  tryton: ['name', 'code', 'number', 'phone', 'mobile', 'fax', 'email', 'website', 'address.street', 'address.postal_code', 'address.city'],
  hubspot: ['firstname', 'lastname', 'number', 'phone', 'mobilephone', 'fax', 'email', 'company', 'jobtitle', 'address', 'city', 'zip'],
  espocrm: ['firstName', 'lastName', 'phoneNumber', 'emailAddress', 'description', 'addressStreet', 'addressCity', 'addressState', 'addressCountry', 'addressPostalCode'],
  odoo: ['name', 'phone', 'email', 'function', 'street', 'street2', 'zip', 'city', 'website', 'ref', 'vat'],
  bitrix24: ['name', 'secondName', 'lastName', 'phone', 'email', 'post', 'comments'],
  chatwoot: ['name', 'phone_number', 'email', 'additional_attributes.company_name', 'additional_attributes.city', 'additional_attributes.country', 'additional_attributes.description'],
  roundup: ['realname', 'phone', 'address', 'organisation', 'alternate_addresses'],
  zammad: ['firstname', 'lastname', 'number', 'phone', 'mobile', 'fax', 'email', 'organization', 'department', 'web', 'street', 'zip', 'city', 'country', 'address', 'note'],
}
const NAMED: Record<CrmKind, Record<string, string>> = {
  rest: {},
  tryton: {},
  hubspot: { given: 'firstname', family: 'lastname' },
  espocrm: { given: 'firstName', family: 'lastName', number: 'phoneNumber', email: 'emailAddress', notes: 'description' },
  odoo: { number: 'phone' },
  bitrix24: { given: 'name', family: 'lastName', patronymic: 'secondName', number: 'phone', notes: 'comments', name: '' },
  chatwoot: { number: 'phone_number', company: 'additional_attributes.company_name', notes: 'additional_attributes.description' },
  roundup: { name: 'realname', number: 'phone', email: 'address', company: 'organisation' },
  zammad: { given: 'firstname', family: 'lastname', company: 'organization', notes: 'note' },
}

/** What a field is called in a CRM of this kind, as far as that is known. */
export function remoteOf(kind: CrmKind, field: string): string {
  const named = NAMED[kind][field]
  if (named !== undefined) return named
  if (kind === 'chatwoot' && field.startsWith('field:')) return `custom_attributes.${field.slice(6).replace(/\W+/g, '_').toLowerCase()}`
  if (kind === 'rest' || field.startsWith('field:')) return field.replace(/^field:/, '').replace(/\W+/g, '_').toLowerCase()
  return MEMBERS[kind].includes(field) ? field : ''
}

/** Settings of a connection that one kind alone has: the text, and what it is called. */
export interface OwnSetting { name: string; label: string; hint: string; usual: string; placeholder: string; required: boolean }
export const OWN: Record<Exclude<CrmKind, 'rest'>, readonly OwnSetting[]> = {
  tryton: [
    { name: 'login', label: 'User', hint: 'A user of its own, in the group Party Administration.', usual: '', placeholder: 'call24', required: true },
    { name: 'objection_category', label: 'Category of who objects', hint: 'A category of parties in Tryton. It is added to parties who object. Without it, objections have to be entered by hand.', usual: '', placeholder: 'Do not contact', required: false },
  ],
  hubspot: [
    { name: 'portal_id', label: 'Hub ID', hint: 'For links to HubSpot’s pages. It stands in your account’s menu.', usual: '', placeholder: '12345678', required: false },
    { name: 'objection_property', label: 'Property of who objects', hint: 'A single checkbox property of contacts that you added. Without it, objections have to be entered by hand.', usual: '', placeholder: 'do_not_use', required: false },
  ],
  espocrm: [
    { name: 'objection_field', label: 'Field of who objects', hint: 'A yes or no field of contacts: doNotCall, or one that you added. Without it, objections have to be entered by hand.', usual: '', placeholder: 'cDoNotUse', required: false },
  ],
  odoo: [
    { name: 'database', label: 'Database', hint: 'Only where there are several at the address.', usual: '', placeholder: 'company', required: false },
    { name: 'objection_field', label: 'Field of who objects', hint: 'A yes or no field of contacts that you added. Without it, objections have to be entered by hand.', usual: '', placeholder: 'x_do_not_use', required: false },
  ],
  bitrix24: [
    { name: 'user_id', label: 'Webhook’s user', hint: 'The number before the secret in the inbound webhook’s address: …/rest/1/secret/', usual: '', placeholder: '1', required: true },
    { name: 'objection_field', label: 'Field of who objects', hint: 'A yes or no field of contacts that you added. Without it, objections have to be entered by hand.', usual: '', placeholder: 'ufCrm_1700000000002', required: false },
  ],
  chatwoot: [
    { name: 'account_id', label: 'Account', hint: 'The number after /app/accounts/ in the addresses of Chatwoot’s pages.', usual: '', placeholder: '1', required: true },
    { name: 'objection_field', label: 'Attribute of who objects', hint: 'Key of a checkbox attribute of contacts that you added. Without it, objections have to be entered by hand.', usual: '', placeholder: 'do_not_use', required: false },
  ],
  roundup: [
    { name: 'login', label: 'User', hint: 'A user of its own, with the role Call24.', usual: '', placeholder: 'call24', required: true },
    { name: 'caller_property', label: 'Property of who called', hint: 'Of issues, a link to a user. Calls become issues with it.', usual: 'customer', placeholder: 'customer', required: false },
    { name: 'status', label: 'Status of calls', hint: 'So that nobody has to close them.', usual: 'resolved', placeholder: 'resolved', required: false },
    { name: 'objection_property', label: 'Property of who objects', hint: 'A yes or no property of users in the tracker’s schema. Without it, objections have to be entered by hand.', usual: '', placeholder: 'do_not_use', required: false },
  ],
  zammad: [
    { name: 'group', label: 'Group of tickets', hint: 'Calls become tickets of this group.', usual: '', placeholder: 'Support', required: false },
    { name: 'ticket_state', label: 'State of tickets', hint: 'So that nobody has to close them, and no trigger for new tickets runs.', usual: 'closed', placeholder: 'closed', required: false },
    { name: 'objection_field', label: 'Attribute of who objects', hint: 'A yes or no attribute of users that you added in Zammad. Without it, objections have to be entered by hand.', usual: '', placeholder: 'do_not_use', required: false },
  ],
}

export const RULES: readonly (readonly [Rule, string])[] = [['ask', 'Ask me'], ['crm', 'The CRM counts'], ['call24', 'Call24 counts'], ['newest', 'The newest counts']]

/** Whose value may count: Chatwoot does not tell when a contact was changed. */
export const rulesOf = (kind: CrmKind): typeof RULES => (kind === 'chatwoot' ? RULES.filter(([rule]) => rule !== 'newest') : RULES)

const ACTION: Record<CrmRecordPreview['action'], Said> = {
  create_person: { tone: 'ring', word: 'New contact' },
  update: { tone: 'hold', word: 'Would change' },
  ask: { tone: 'wait', word: 'You decide' },
  nothing: { tone: 'talk', word: 'In step' },
  delete_person: { tone: 'bad', word: 'Would be deleted' },
  stopped: { tone: 'pause', word: 'Not passed on' },
}
export const action = (record: CrmRecordPreview): Said => ACTION[record.action]

const OUTCOME: Record<string, string> = {
  in_step: 'the same', to_call24: 'Call24 takes the CRM’s', to_crm: 'the CRM takes Call24’s', ask: 'both differ: you decide', unreadable: 'cannot be read, left alone',
}
export const outcome = (name: string): string => OUTCOME[name] ?? name

/** Names in the CRM's REST form, with what the guide calls them. Empty: the CRM has no such thing. */
export const SHAPE: readonly (readonly [name: string, label: string, usual: string])[] = [
  ['records_path', 'Path of records', '/contacts'], ['calls_path', 'Path of calls', '/calls'], ['items', 'Member with the list', 'items'], ['more', 'Member that says there is more', 'more'],
  ['since', 'Parameter: changed since', 'changed_since'], ['after', 'Parameter: after this id', 'after_id'], ['limit', 'Parameter: how many', 'limit'], ['by_number', 'Parameter: who has a number', 'number'],
  ['id', 'Member: id', 'id'], ['changed_at', 'Member: time of change', 'updated_at'], ['version', 'Member: version', 'version'], ['deleted', 'Member: deleted', 'deleted'],
  ['key', 'Member: key of Call24', 'external_key'], ['objection_field', 'Member: the person objects', ''], ['link_template', 'Address of a record’s page, with {id}', ''],
]
