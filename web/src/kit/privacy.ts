/** Words and order for the privacy officer's desk: deadlines, states, steps, holds, transfers, audits. Pure. */
import type { CallerErasureWish, Correction, DataEndpoint, ErasureNotice, DataTransfer, LegalHoldRow, Person, PrivacyRequestRow, PrivacyRequestStep, SelfAudit } from './model'
import { days } from './self_audit'
import type { Tone } from './timeline'

const DAY_MS = 86_400_000
const SOON_DAYS = 7

type Kind = PrivacyRequestRow['kind']
type State = PrivacyRequestRow['state']
export type Step = PrivacyRequestStep['step']
type Pair<T extends string> = readonly (readonly [value: T, word: string])[]

export const KINDS: Pair<Kind> = [
  ['access', 'A copy of their data'], ['correction', 'Correct data'], ['deletion', 'Delete data'], ['objection', 'Object to a use'], ['portability', 'Take data elsewhere'],
  ['restriction', 'Restrict a use'], ['withdrawal', 'Withdraw a consent'], ['complaint', 'A complaint'],
]
export const kindWord = (kind: Kind): string => KINDS.find(([one]) => one === kind)?.[1] ?? kind

export const STATES: Record<State, string> = {
  received: 'Received', identity: 'Checking who asks', working: 'In progress', waiting: 'Waiting for the person', restricted: 'Data restricted', lifting: 'Data restricted, to be lifted', done: 'Answered', refused: 'Refused',
}
export const SOURCES: Record<PrivacyRequestRow['source'], string> = { app: 'In the app', page: 'Public page for callers', phone: 'By phone', letter: 'In writing' }
export const IDENTITIES: Record<PrivacyRequestRow['identity'], string> = {
  none: 'Not checked yet', account: 'Signed in to their account', code: 'Code spoken in a call to their number', document: 'Identity document',
}
/** Of these nothing is handed out or changed before it is known who asks. */
const PROVEN: readonly Kind[] = ['access', 'correction', 'deletion', 'portability', 'restriction']

export interface StepWords { word: string; does: string; /** Null: no text goes with it. */ note: string | null; required: boolean; past: string }
export const STEPS: Record<Step, StepWords> = {
  ask_identity: { word: 'Ask who it is', does: 'Puts the request on hold until the person has shown that it is their own.', note: 'What you asked for', required: false, past: 'Asked who it is' },
  confirm_identity: { word: 'Confirm identity', does: 'Notes how you recognised the person, and goes on.', note: 'Anything to remember', required: false, past: 'Identity confirmed' },
  start: { word: 'Start', does: 'Shows others that somebody works on it.', note: null, required: false, past: 'Started' },
  wait: { word: 'Wait for the person', does: 'Something is missing from the person. The deadline goes on.', note: 'What is missing', required: false, past: 'Waiting for the person' },
  finish: { word: 'Answer', does: 'Closes the request. What you write is the answer that the person can read.', note: 'The answer', required: false, past: 'Answered' },
  correct: { word: 'Correct', does: 'Changes the data and closes the request. What it was before stays in the history.', note: 'The answer', required: false, past: 'Corrected' },
  restrict: { word: 'Restrict', does: 'From now on the data is kept and shown to nobody, and the request is answered. New calls still ring.', note: 'What the person is told', required: true, past: 'Restricted' },
  tell_lifting: { word: 'Tell that it will be lifted', does: 'The person is told before their data is used again. It stays restricted until you lift it.', note: 'What the person is told, and how', required: true, past: 'Told that it will be lifted' },
  lift: { word: 'Lift the restriction', does: 'From now on the data is used again. What is past its day is deleted.', note: 'Why', required: true, past: 'Restriction lifted' },
  refuse: { word: 'Refuse', does: 'Closes the request. The person is told your reason.', note: 'The reason', required: true, past: 'Refused' },
  extend: { word: 'Extend the deadline', does: 'Once only. The person is told your reason.', note: 'Why it takes longer', required: true, past: 'Deadline extended' },
  note: { word: 'Add a note', does: 'Only officers and auditors read it.', note: 'The note', required: true, past: 'Note' },
  name_subject: { word: 'Say who it is', does: 'Links the request to a caller or a colleague. Identity is then checked again.', note: null, required: false, past: 'Said who it is' },
}
const ORDER: readonly Step[] = ['name_subject', 'confirm_identity', 'ask_identity', 'start', 'correct', 'restrict', 'tell_lifting', 'lift', 'finish', 'wait', 'extend', 'refuse', 'note']

/** Why data is restricted, and for what it is used all the same. Source: GDPR, article 18(1) and (2). */
export const GROUNDS: Pair<NonNullable<PrivacyRequestStep['ground']>> = [
  ['accuracy', 'The data may be wrong'], ['unlawful', 'Its use was unlawful, and they do not want it deleted'], ['legal_claims', 'They need it for legal claims'], ['objection', 'They objected; it is not decided yet'],
]
export const USES = [
  ['legal_claims', 'A legal claim'], ['consent', 'The person agrees'], ['rights_of_others', 'The rights of somebody else'], ['public_interest', 'An important public interest'],
] as const
export const groundWord = (ground: string): string => GROUNDS.find(([one]) => one === ground)?.[1] ?? ground

/** The steps that lead on, as the server allows them, in the order in which they are usually taken. */
export function stepsOf(request: Pick<PrivacyRequestRow, 'steps' | 'kind' | 'identity' | 'extended_at' | 'state'>): { step: Step; why: string | null }[] {
  const allowed = ORDER.filter((step) => request.steps.includes(step) && !(step === 'extend' && request.extended_at !== null))
  const unproven = PROVEN.includes(request.kind) && request.identity === 'none'
  return allowed.map((step) => ({ step, why: (step === 'finish' || step === 'correct' || step === 'restrict') && unproven ? 'Confirm identity first: this is done only for whom it is known to be.' : null }))
}

/** What is corrected, as a person calls it. */
export const FIELDS: Record<Correction['field'], string> = {
  name: 'Name', phone: 'Phone number', email: 'E-mail address', given: 'Given name', family: 'Family name', patronymic: 'Patronymic', phonetic: 'How it is spoken', company: 'Company', numbers: 'Numbers', emails: 'E-mail addresses', addresses: 'Addresses',
}
type EntryField = Exclude<Correction['field'], 'name' | 'phone' | 'email'>
/** What is corrected of an entry of the address book. */
export const ENTRY_FIELDS: readonly EntryField[] = ['given', 'family', 'patronymic', 'phonetic', 'company', 'numbers', 'emails', 'addresses']

/** What an entry says now, as it is corrected: of several things a line each. */
export function entryText(one: Pick<Person, EntryField>, field: EntryField): string {
  if (field === 'numbers') return one.numbers.map((each) => each.number).join('\n')
  if (field === 'emails') return one.emails.map((each) => each.address).join('\n')
  if (field === 'addresses') return one.addresses.map((each) => each.text.replaceAll('\n', ', ')).join('\n')
  return one[field]
}

/** What was corrected, as a person calls it; a newer server may know more. */
export const fieldWord = (field: string): string => (FIELDS as Record<string, string>)[field] ?? field

/** "Anne became Ann" */
export const correctedWords = (one: Pick<Correction, 'old' | 'new'>): string => `${oneLine(one.old) || 'Nothing'} became ${oneLine(one.new) || /* @wc-include */ 'nothing'}`
const oneLine = (text: string): string => text.replaceAll('\n', ', ')

/** What a line of the history says happened. */
export function happened(kind: string): string {
  if (kind === 'received') return 'Received'
  if (kind === 'warned_soon') return 'Reminder: due within 7 days'
  if (kind === 'warned_late') return 'Reminder: overdue'
  return (STEPS as Record<string, StepWords | undefined>)[kind]?.past ?? kind
}

/** How much time is left: "12 days left", "5 hours left", "2 days overdue". `tone` none: nothing to warn of. */
export function timeLeft(dueAt: string, now: number): { word: string; tone: Tone } {
  const left = Date.parse(dueAt) - now
  if (left <= 0) return { tone: 'bad', word: -left < DAY_MS ? 'Overdue since today' : `${days(Math.floor(-left / DAY_MS))} overdue` }
  if (left < DAY_MS) {
    const hours = Math.max(1, Math.floor(left / 3_600_000))
    return { tone: 'wait', word: hours === 1 ? '1 hour left' : `${hours} hours left` }
  }
  const whole = Math.floor(left / DAY_MS)
  return { tone: whole < SOON_DAYS ? 'wait' : 'none', word: `${days(whole)} left` }
}

/** The mark of a request: time left while it is open, else how it ended. */
export function markOf(request: Pick<PrivacyRequestRow, 'state' | 'due_at'>, now: number): { word: string; tone: Tone } {
  if (request.state === 'done') return { word: 'Answered', tone: 'talk' }
  if (request.state === 'restricted' || request.state === 'lifting') return { word: 'Restricted', tone: 'wait' }
  if (request.state === 'refused') return { word: 'Refused', tone: 'none' }
  return timeLeft(request.due_at, now)
}

export const ERASURE_REASONS: readonly { id: CallerErasureWish['reason']; word: string }[] = [
  { id: 'asked', word: 'They asked for it' }, { id: 'consent_withdrawn', word: 'Consent withdrawn' }, { id: 'objected', word: 'They objected' }, { id: 'other', word: 'Another reason' },
]

const COUNTED: Record<string, string> = {
  call_records: 'Call records', recordings: 'Recordings', journal: 'Steps of calls', contacts: 'Contact', contact_corrections: 'What was corrected', tasks: 'Tasks', people: 'Entries of the address book', callbacks: 'Callbacks', exports: 'Exports of calls',
  listenings: 'Playbacks of recordings', refused_calls: 'Refused calls', task_comments: 'Comments on tasks', task_history: 'Changes of tasks', files: 'Files', consent_entries: 'Consents', caller_imports: 'Imported files', imported_documents: 'Imported documents',
  person_history: 'Changes of contacts', person_pictures: 'Pictures of contacts', cards: 'Cards of phones', crm_links: 'Links to a CRM',
  privacy_requests: 'Privacy requests', webhook_deliveries: 'Messages to webhooks', changes: 'Events that apps can hear again', users: 'Account', sessions: 'Sessions', devices: 'Devices',
}
/** What a collection or kind is called, for who reads how many there are of each. */
export const counted = (kind: string): string => COUNTED[kind] ?? kind

export const HOLD_KINDS: Pair<LegalHoldRow['kind']> = [
  ['call', 'One call'], ['contact', 'All calls of a caller'], ['user', 'All calls of a colleague'], ['queue', 'Calls of a queue on certain days'], ['organisation', 'The whole organisation'],
]
export const holdWord = (kind: LegalHoldRow['kind']): string => HOLD_KINDS.find(([one]) => one === kind)?.[1] ?? kind

export function holdMark(hold: Pick<LegalHoldRow, 'state' | 'review_due'>): { word: string; tone: Tone } {
  if (hold.state === 'released') return { word: 'Released', tone: 'none' }
  return hold.review_due ? { word: 'Review due', tone: 'bad' } : { word: 'Holds', tone: 'wait' }
}

/** Whose data a processor gets. */
export const PROCESSOR_GETS: readonly (readonly [string, string])[] = [['caller', 'Callers'], ['user', 'Users'], ['both', 'Callers and users']]
export const processorGets = (gets: readonly string[]): string => PROCESSOR_GETS.find(([one]) => one === (gets.length > 1 ? 'both' : gets[0]))?.[1] ?? ''

/** What became of what a processor was asked. */
export const NOTICES: Record<ErasureNotice['state'], { word: string; tone: Tone }> = {
  waiting: { word: 'Asked', tone: 'wait' },
  late: { word: 'Late', tone: 'bad' },
  answered: { word: 'Answered', tone: 'talk' },
  unanswered: { word: 'No answer', tone: 'bad' },
  superseded: { word: 'Newer one sent', tone: 'none' },
}
export const NOTICE_KINDS: Record<ErasureNotice['kind'], string> = {
  erasure: 'Erase', rectification: 'Correct', restriction: 'Keep and do not use', restriction_lifted: 'May be used again',
}

export const ENDPOINT_KINDS: Pair<DataTransfer['kind']> = [
  ['trunk', 'Carrier (trunk)'], ['webhook', 'Webhook'], ['identity_provider', 'Single sign-on'], ['database', 'Database'], ['mail', 'Mail server'], ['error_service', 'Error service'], ['trace_collector', 'Trace collector'], ['file_store', 'File store'], ['hosted_pusher', 'Hosted Pusher'], ['push', 'Notifications'], ['crm', 'CRM'], ['processor', 'Processor'],
]
/** The installation's: whoever enters one names no hosts. */
export const OWN_ENDPOINTS: readonly DataTransfer['kind'][] = ['database', 'mail', 'error_service', 'trace_collector', 'file_store', 'hosted_pusher']
export const endpointWord = (kind: DataTransfer['kind']): string => ENDPOINT_KINDS.find(([one]) => one === kind)?.[1] ?? kind
export const SAFEGUARDS: Pair<DataTransfer['safeguard']> = [
  ['adequacy_decision', 'Adequacy decision'], ['standard_clauses', 'Standard contractual clauses'], ['binding_rules', 'Binding corporate rules'], ['derogation', 'Derogation (article 49)'],
]
export const safeguardWord = (one: DataTransfer['safeguard']): string => SAFEGUARDS.find(([id]) => id === one)?.[1] ?? one

export const STANDINGS: Record<DataEndpoint['standing'], { word: string; tone: Tone; todo: string }> = {
  same_region: { word: 'Same region', tone: 'talk', todo: '' },
  registered: { word: 'Registered', tone: 'talk', todo: '' },
  no_region: { word: 'Not checked', tone: 'none', todo: 'State in the privacy policy where your data is kept; then this is checked.' },
  no_country: { word: 'Country not stated', tone: 'wait', todo: 'State its country where it is set up.' },
  not_registered: { word: 'Not registered', tone: 'bad', todo: 'Add an entry with its safeguard, or switch it off.' },
}

const RANK = { fail: 0, unverified: 1, pass: 2 } as const
const CHECKS: Record<string, string> = {
  audit_log: 'Audit log', certificates: 'Certificates', retention: 'Retention', backups: 'Backups', asvs: 'Security requirements (ASVS)', tls: 'Encryption on the way (TLS)', egress: 'Connections to others', files: 'Rights of files', mongodb: 'MongoDB', findings: 'Open findings', dependencies: 'Known flaws in dependencies',
}
export const ANSWERS: Record<SelfAudit['checks'][string]['answer'], { word: string; tone: Tone }> = {
  pass: { word: 'Passed', tone: 'talk' }, fail: { word: 'Failed', tone: 'bad' }, unverified: { word: 'Unverified', tone: 'wait' },
}
/** The checks of an audit, what did not pass first. */
export function checksOf(audit: Pick<SelfAudit, 'checks'>): { name: string; word: string; answer: keyof typeof RANK; seen: string; advice: string }[] {
  const rows = Object.entries(audit.checks).map(([name, check]) => ({ name, word: CHECKS[name.replace(' ', '_')] ?? name.charAt(0).toUpperCase() + name.slice(1), ...check }))
  return rows.sort((a, b) => RANK[a.answer] - RANK[b.answer])
}

/** A day that is so many days after another, as date fields have it. */
export function dayAfter(now: number, later: number): string {
  const at = new Date(now)
  at.setDate(at.getDate() + later)
  return `${at.getFullYear()}-${String(at.getMonth() + 1).padStart(2, '0')}-${String(at.getDate()).padStart(2, '0')}`
}
