/**
 * The HTTP API: the only file that fetches. It knows paths, the bearer token and problem+json; it keeps no state but
 * the token, and decides nothing. What only administration asks is in administration.ts, which is loaded with it.
 */
import type {
  AboutDevice, CameBack, ProviderSettings, ProviderShown, Way,
  AuditCheck, AuditLine, Branding,
  CallbackRow, CallDetail, CallNote, CallQuality, CallerDetails, CallerNumber, CallPage, ClosingPlan, CorrectedState, CorrectionReason, Disposition, FreshAuthenticator, Invited, LiveState, Me, MfaState, MobileState,
  MonitorMode, MonitorReason, MyPolicy, Named, Organisation, OrganisationClosing, PauseReason, PhoneAccess, QueueSettings, RealtimeAccess, RecoveryCodes, Role,
  SessionRow, SessionView, SignedIn, Target, TaskChange, TaskOffer, TaskRow, TaskSeriesChange, User,
  CallerErasure, CallerFile, CallerImport, ImportedDocument, CallerErasurePlan, CallerErasureWish, ConsentState, Correction, CrmPersonRecord, DataEndpointList, DataTransfer, DataTransferWish, ErasureNotice, LegalHold, LegalHoldRow, LegalHoldWish, OwnPrivacyRequest, PolicyStatements,
  KeptRecording, OrganisationRetention, Person, PersonChange, PersonErased, PersonErasurePlan, PersonPage, PersonWish, PrivacyRequest, PrivacyRequestRow, RecordDays, RetentionPlan, PrivacyRequestStep, PrivacyRequestWish, Processor, ProcessorWish, ProcessorWithSecret, RestrictedRecording, Restriction, RestrictionOpening, SelfAuditList,
  NotificationPage, NotificationPreferences, NotificationPreferencesWish, NotificationRow,
  PushSubscriptionRow, PushSubscriptions, InstallationStatus, Runbook,
  AppPasswords, AppPasswordMade,
  ActivityPage, DuplicatePage, Merged, MergeWish, PersonPastPage, Undone,
  FileReading, PeopleExport, PeopleExportWish, PeopleImport, PeoplePreview, PhoneUpload,
  FilePage, FileRow, FileUpload, FileUsage,
  SavedFilter, SavedFilterWish, TaskBulkOutcome, TaskBulkWish, TaskComment, TaskCommentPage, TaskCount, TaskPage, TaskQuestion, TaskSearch, TaskSeries, TaskSeriesWish, TaskWish,
} from '../kit/model'
import type * as Asked from '../kit/api-types'
import type { CallsAsked } from '../kit/history_filter'
import type { NumberWish, OwnNumber, Trunk, TrunkWish } from '../kit/connections'
import { Problem } from '../kit/problem'
import type { PasskeyCreation, PasskeyRequest } from '../kit/passkey'
import type { Compared, Export, Report, Totals } from '../kit/reports'
import { fieldsInWords, timelineInWords } from './in_words'

export type CallVerb =
  | 'decline' | 'hangup' | 'hold' | 'resume' | 'reattach' | 'mute' | 'unmute' | 'swap' | 'complete' | 'cancel' | 'conference' | 'drop'
  | 'recording/start' | 'recording/pause' | 'recording/resume' | 'transfer' | 'consult'
export interface SetupForm { organisation: string; name: string; email: string; password: string; region: string }

const TIMEOUT_MS = 12_000
export interface Tagged<T> { body: T; etag: string | null }
/** Whose files: one of a person and a task. */
export type FilesAbout = { person_id: string } | { task_id: string }
const TUS = { 'Tus-Resumable': '1.0.0' }
const AWAY = 'Call24 cannot be reached from here.'
let token: string | null = null
let onRefused: () => void = () => undefined
let onDenied: (permission: string) => void = () => undefined
const doneListeners = new Set<(method: string, path: string) => void>()
let onProofDue: () => Promise<boolean> = () => Promise.resolve(false)

/**
 * Sets the token for all later requests; `refused` is told when the server no longer takes it, `denied` which permission
 * its user lacks for a request.
 */
export function useToken(next: string | null, refused: () => void = () => undefined, denied: (permission: string) => void = () => undefined): void {
  token = next
  onRefused = refused
  onDenied = denied
}

/** `ask`: gets a fresh second factor from the user; true when it was given, and what needed it is then asked again. */
export function whenProofIsDue(ask: () => Promise<boolean>): void {
  onProofDue = ask
}

/** `told`: called after each request that succeeded; returns what ends it. */
export function whenDone(told: (method: string, path: string) => void): () => void {
  doneListeners.add(told)
  return () => void doneListeners.delete(told)
}

async function toProblem(response: Response): Promise<Problem> {
  const retry = Number(response.headers.get('Retry-After'))
  const after = Number.isFinite(retry) && retry > 0 ? retry : null
  try {
    const body = (await response.json()) as Record<string, unknown>
    const text = [body['detail'], body['title']].find((t): t is string => typeof t === 'string' && t !== '')
    const code = typeof body['code'] === 'string' ? body['code'] : `http_${response.status}`
    const lacks = typeof body['permission'] === 'string' ? body['permission'] : null
    return new Problem(code, response.status, text ?? `The server answered ${response.status}.`, await fieldsInWords(fieldErrors(body['errors'])), after, lacks)
  } catch {
    return new Problem(`http_${response.status}`, response.status, `The server answered ${response.status}.`, [], after)
  }
}

/** Field errors come as a list of {field|loc|pointer, message|msg|detail} or as a {field: message} object. */
function fieldErrors(raw: unknown): { field: string; message: string }[] {
  if (typeof raw !== 'object' || raw === null) return []
  const list: [string, unknown][] = Array.isArray(raw) ? raw.map((e: unknown) => ['', e]) : Object.entries(raw)
  return list.map(([key, value]) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return { field: key, message: String(value) }
    const e = value as Record<string, unknown>
    const place = e['field'] ?? e['loc'] ?? e['pointer'] ?? key
    return { field: String(Array.isArray(place) ? place.at(-1) : place), message: String(e['message'] ?? e['msg'] ?? e['detail'] ?? '') }
  })
}

/** What few requests have: headers of their own, what ends them early, and that nobody is asked for a second factor. */
interface More { headers?: Record<string, string>; signal?: AbortSignal; quiet?: boolean }

export async function send(method: string, path: string, body?: unknown, timeoutMs = TIMEOUT_MS, more: More = {}): Promise<Response> {
  const response = await proven(method, path, body, timeoutMs, more)
  for (const told of doneListeners) told(method, path)
  return response
}

async function proven(method: string, path: string, body: unknown, timeoutMs: number, more: More): Promise<Response> {
  try {
    return await sendOnce(method, path, body, timeoutMs, more)
  } catch (error) {
    // Nothing was done yet, so that asking again is the same wish and not a second one.
    if (!(error instanceof Problem) || error.code !== 'mfa_due' || more.quiet === true || !(await onProofDue())) throw error
    return sendOnce(method, path, body, timeoutMs, more)
  }
}

async function sendOnce(method: string, path: string, body: unknown, timeoutMs: number, more: More): Promise<Response> {
  const headers: Record<string, string> = { Accept: 'application/json', ...more.headers }
  const sentToken = token
  if (sentToken !== null) headers['Authorization'] = `Bearer ${sentToken}`
  // Of a form and of a file the browser says itself what they are.
  const ready = body instanceof FormData || body instanceof Blob ? body : null
  if (body !== undefined && ready === null) headers['Content-Type'] = 'application/json'
  let response: Response
  try {
    response = await fetch(path, {
      method,
      headers,
      body: ready ?? (body === undefined ? null : JSON.stringify(body)),
      cache: 'no-store',
      // The one cookie lets nobody in (it tells this browser has signed in before); with 'omit' the server's
      // Clear-Site-Data at sign-out would be refused.
      credentials: 'same-origin',
      signal: more.signal === undefined ? AbortSignal.timeout(timeoutMs) : AbortSignal.any([AbortSignal.timeout(timeoutMs), more.signal]),
    })
  } catch {
    throw new Problem('away', 0, AWAY)
  }
  if (response.ok) return response
  // An old token's refusal arriving after a new sign-in must not sign the new one out.
  if (response.status === 401 && sentToken !== null && sentToken === token) onRefused()
  const problem = await toProblem(response)
  if (problem.status === 403 && problem.lacks !== null && sentToken !== null && sentToken === token) onDenied(problem.lacks)
  throw problem
}

export async function json<T>(method: string, path: string, body?: unknown, timeoutMs?: number, more?: More): Promise<T> {
  const response = await send(method, path, body, timeoutMs, more)
  try {
    return (await response.json()) as T
  } catch {
    throw new Problem('not_json', 0, AWAY)
  }
}

/** With the tag by which a change says what it saw. */
export async function tagged<T>(method: string, path: string, body?: unknown, seen: string | null = null): Promise<Tagged<T>> {
  const response = await send(method, path, body, TIMEOUT_MS, seen === null ? {} : { headers: { 'If-Match': seen } })
  try {
    return { body: (await response.json()) as T, etag: response.headers.get('ETag') }
  } catch {
    throw new Problem('not_json', 0, AWAY)
  }
}

const part = encodeURIComponent
export const after = (cursor: string | null): Record<string, string> => (cursor === null ? {} : { cursor })
export interface Items<T> { items: T[] }
interface Page<T> extends Items<T> { next: string | null }

/** A whole list, which the server gives page by page. */
export async function every<T>(path: string): Promise<Items<T>> {
  const items: T[] = []
  for (let cursor: string | null | undefined = ''; typeof cursor === 'string';) {
    const query = new URLSearchParams({ limit: '500', ...(cursor === '' ? {} : { cursor }) })
    const page: Items<T> & { next?: string | null } = await json('GET', `${path}${path.includes('?') ? '&' : '?'}${query.toString()}`)
    items.push(...page.items)
    cursor = page.next
  }
  return { items }
}

export async function byName<T extends { name: string }>(path: string): Promise<Items<T>> {
  const { items } = await every<T>(path)
  return { items: items.sort((a, b) => a.name.localeCompare(b.name)) }
}

export const api = {
  login: (email: string, password: string, code: string, deviceName: string, device: AboutDevice): Promise<SignedIn> =>
    json('POST', '/v1/auth/login', { email, password, device_name: deviceName, device, ...(code === '' ? {} : { code }) } satisfies Asked.Login),
  lookInvitation: (token: string): Promise<Invited> => json('POST', '/v1/invitations/look', { token } satisfies Asked.InvitationToken),
  ageScreen: async (birthDate: string): Promise<void> => void (await send('POST', '/v1/age-screen', { birth_date: birthDate } satisfies Asked.AgeScreen)),
  acceptInvitation: (token: string, birthDate: string, name: string, password: string, deviceName: string, device: AboutDevice): Promise<SignedIn> =>
    json('POST', '/v1/invitations/accept', { token, birth_date: birthDate, name, password, device_name: deviceName, device } satisfies Asked.InvitationAcceptance),
  beginProvider: (organisation: string): Promise<Way> => json('POST', '/v1/auth/provider/begin', { organisation } satisfies Asked.ProviderLookup),
  completeProvider: (back: CameBack, deviceName: string, device: AboutDevice): Promise<SignedIn> =>
    json('POST', '/v1/auth/provider/complete', { ...back, device_name: deviceName, device } satisfies Asked.ProviderSignIn),
  myProvider: (): Promise<{ offered: boolean; bound: boolean }> => json('GET', '/v1/me/provider'),
  beginBinding: (password: string): Promise<Way> => json('POST', '/v1/me/provider/begin', { current_password: password } satisfies Asked.CurrentPassword),
  completeBinding: async (back: CameBack): Promise<void> => void (await send('POST', '/v1/me/provider/complete', back satisfies Asked.ProviderReturn)),
  provider: (): Promise<ProviderShown> => json('GET', '/v1/organisation/provider'),
  setProvider: (wish: ProviderSettings): Promise<ProviderShown> => json('PUT', '/v1/organisation/provider', wish satisfies Asked.ProviderChange),
  dropProvider: async (): Promise<void> => void (await send('DELETE', '/v1/organisation/provider')),
  testProvider: (): Promise<{ ok: boolean; problem: string | null }> => json('POST', '/v1/organisation/provider/test', undefined, 40_000),
  askReset: (email: string): Promise<{ sends: boolean }> => json('POST', '/v1/auth/reset', { email } satisfies Asked.PasswordResetRequest),
  reset: async (token: string, password: string): Promise<void> => void (await send('POST', '/v1/auth/reset/complete', { token, password } satisfies Asked.NewPassword)),
  changePassword: async (current: string, password: string, keepTokens: boolean): Promise<void> =>
    void (await send('PUT', '/v1/me/password', { current_password: current, password, keep_tokens: keepTokens } satisfies Asked.PasswordChange)),
  confirmEmail: (token: string): Promise<{ email: string }> => json('POST', '/v1/auth/email/confirm', { token } satisfies Asked.EmailConfirmation),
  tellDevice: async (device: AboutDevice): Promise<void> => void (await send('PUT', '/v1/me/device', device satisfies Asked.DeviceReport)),
  sessions: (): Promise<Items<SessionRow>> => every('/v1/me/sessions'),
  endSession: async (id: string): Promise<void> => void (await send('DELETE', `/v1/me/sessions/${part(id)}`)),
  endOtherSessions: async (): Promise<void> => void (await send('DELETE', '/v1/me/sessions')),
  pushSubscriptions: (): Promise<PushSubscriptions> => json('GET', '/v1/me/push-subscriptions'),
  subscribePush: (wish: Asked.NewPushSubscription): Promise<PushSubscriptionRow> => json('PUT', '/v1/me/device/push-subscription', wish),
  unsubscribePush: async (device: string): Promise<void> => void (await send('DELETE', `/v1/me/push-subscriptions/${part(device)}`)),
  testPush: async (device: string): Promise<void> => void (await send('POST', `/v1/me/push-subscriptions/${part(device)}/test`)),
  mobile: (): Promise<MobileState> => json('GET', '/v1/me/mobile'),
  sayMobileCode: (number: string): Promise<Asked.MobileCodeAnswer> => json('POST', '/v1/me/mobile/code', { number } satisfies Asked.MobileNumber),
  proveMobile: (code: string): Promise<MobileState> => json('POST', '/v1/me/mobile/proof', { code } satisfies Asked.MobileCode),
  switchMobile: (rings: boolean): Promise<MobileState> => json('PATCH', '/v1/me/mobile', { rings } satisfies Asked.MobileSwitch),
  dropMobile: async (): Promise<void> => void (await send('DELETE', '/v1/me/mobile')),
  mfa: (): Promise<MfaState> => json('GET', '/v1/me/mfa'),
  beginMfa: (password: string): Promise<FreshAuthenticator> => json('POST', '/v1/me/mfa', { current_password: password } satisfies Asked.CurrentPassword),
  confirmMfa: (code: string): Promise<RecoveryCodes> => json('POST', '/v1/me/mfa/confirm', { code } satisfies Asked.SecondFactorCode),
  proveMfa: async (code: string): Promise<void> => void (await send('POST', '/v1/me/mfa/proof', { code } satisfies Asked.SecondFactorCode)),
  removeMfa: async (password: string): Promise<void> => void (await send('POST', '/v1/me/mfa/remove', { current_password: password } satisfies Asked.AuthenticatorRemoval)),
  renewRecovery: (password: string): Promise<RecoveryCodes> => json('POST', '/v1/me/mfa/recovery', { current_password: password } satisfies Asked.CurrentPassword),
  beginPasskey: (password: string): Promise<PasskeyCreation> => json('POST', '/v1/me/passkeys/options', { current_password: password } satisfies Asked.CurrentPassword),
  addPasskey: (name: string, challenge: string, credential: unknown): Promise<RecoveryCodes> =>
    json('POST', '/v1/me/passkeys', { name, challenge, credential: JSON.stringify(credential) } satisfies Asked.NewPasskeyCredential),
  namePasskey: async (id: string, name: string): Promise<void> => void (await send('PATCH', `/v1/me/passkeys/${part(id)}`, { name } satisfies Asked.PasskeyName)),
  removePasskey: async (id: string): Promise<void> => void (await send('DELETE', `/v1/me/passkeys/${part(id)}`)),
  beginPasskeyProof: (): Promise<PasskeyRequest> => json('POST', '/v1/me/passkeys/proof/options'),
  provePasskey: async (challenge: string, credential: unknown): Promise<void> =>
    void (await send('POST', '/v1/me/passkeys/proof', { challenge, credential: JSON.stringify(credential) } satisfies Asked.PasskeyCredential)),
  beginPasskeyLogin: (): Promise<PasskeyRequest> => json('POST', '/v1/auth/passkey/options'),
  passkeyLogin: (challenge: string, credential: unknown, deviceName: string, device: AboutDevice): Promise<SignedIn> =>
    json('POST', '/v1/auth/passkey', { challenge, credential: JSON.stringify(credential), device_name: deviceName, device } satisfies Asked.PasskeySignIn),
  closing: (): Promise<OrganisationClosing> => json('GET', '/v1/organisation/closing'),
  closingPlan: (): Promise<ClosingPlan> => json('GET', '/v1/organisation/closing/plan'),
  closeOrganisation: (name: string): Promise<OrganisationClosing> => json('POST', '/v1/organisation/closing', { name } satisfies Asked.ClosingRequest),
  keepOrganisation: async (): Promise<void> => void (await send('DELETE', '/v1/organisation/closing')),
  organisation: (): Promise<Organisation> => json('GET', '/v1/organisation'),
  branding: (): Promise<Branding> => json('GET', '/v1/branding'),
  brandLogo: async (dark: boolean): Promise<Blob> => (await send('GET', dark ? '/v1/branding/dark-logo' : '/v1/branding/logo')).blob(),
  changeOrganisation: (changes: Partial<Organisation>): Promise<Organisation> => json('PATCH', '/v1/organisation', changes satisfies Asked.OrganisationChange),
  users: (): Promise<Items<User>> => byName('/v1/users'),
  myFile: async (): Promise<Blob> => (await send('GET', '/v1/me/file', undefined, 120_000)).blob(),
  processingRecordPdf: async (): Promise<Blob> => (await send('GET', '/v1/organisation/processing-record/pdf', undefined, 60_000)).blob(),
  myConsents: (): Promise<Items<ConsentState>> => json('GET', '/v1/me/consents'),
  grantConsent: (purpose: ConsentState['purpose'], hash: string): Promise<ConsentState> =>
    json('PUT', `/v1/me/consents/${part(purpose)}`, { hash } satisfies Asked.ConsentGranted),
  sendCrashReport: async (report: Asked.NewCrashReport): Promise<void> => void (await send('POST', '/v1/me/crash-reports', report)),
  refuseConsent: async (purpose: ConsentState['purpose']): Promise<void> => void (await send('DELETE', `/v1/me/consents/${part(purpose)}`)),
  consentReceipt: async (id: string): Promise<Blob> => (await send('GET', `/v1/me/consents/receipts/${part(id)}`)).blob(),
  privacyRequests: (question: Record<string, string>): Promise<Page<PrivacyRequestRow>> => json('GET', `/v1/privacy-requests?${new URLSearchParams(question).toString()}`),
  privacyRequest: (id: string): Promise<PrivacyRequest> => json('GET', `/v1/privacy-requests/${part(id)}`),
  addPrivacyRequest: (wish: PrivacyRequestWish): Promise<PrivacyRequest> => json('POST', '/v1/privacy-requests', wish satisfies Asked.NewPrivacyRequest),
  takePrivacyStep: (id: string, step: PrivacyRequestStep): Promise<PrivacyRequest> => json('POST', `/v1/privacy-requests/${part(id)}/steps`, step satisfies Asked.PrivacyRequestStep),
  contactCorrections: (contact: string): Promise<Items<Correction>> => json('GET', `/v1/contacts/${part(contact)}/corrections`),
  myCorrections: (): Promise<Items<Correction>> => json('GET', '/v1/me/corrections'),
  myPrivacyRequests: (): Promise<Items<OwnPrivacyRequest>> => every('/v1/me/privacy-requests'),
  askPrivacy: (wish: Asked.NewOwnPrivacyRequest): Promise<OwnPrivacyRequest> => json('POST', '/v1/me/privacy-requests', wish),
  erasurePlan: (contact: string): Promise<CallerErasurePlan> => json('GET', `/v1/contacts/${part(contact)}/erasure-plan`, undefined, 60_000),
  eraseCaller: (contact: string, reason: CallerErasureWish['reason']): Promise<CallerErasure> =>
    json('POST', `/v1/contacts/${part(contact)}/erase`, { reason } satisfies Asked.CallerErasureWish, 300_000),
  personErasurePlan: (id: string): Promise<PersonErasurePlan> => json('GET', `/v1/people/${part(id)}/erasure-plan`, undefined, 60_000),
  erasePerson: (id: string, reason: CallerErasureWish['reason'], contact_ids: string[]): Promise<PersonErased> =>
    json('POST', `/v1/people/${part(id)}/erase`, { reason, contact_ids } satisfies Asked.PersonErasureWish, 300_000),
  erasureNotices: (): Promise<Page<ErasureNotice>> => json('GET', '/v1/erasure-notices'),
  callerFiles: (): Promise<Items<CallerFile>> => every('/v1/caller-files'),
  beginCallerFile: (contact: string): Promise<CallerFile> => json('POST', `/v1/contacts/${part(contact)}/export`),
  callerFileZip: async (id: string): Promise<Blob> => (await send('GET', `/v1/caller-files/${part(id)}/file`, undefined, 900_000)).blob(),
  dropCallerFile: async (id: string): Promise<void> => void (await send('DELETE', `/v1/caller-files/${part(id)}`)),
  callerImports: (question: Record<string, string>): Promise<Page<CallerImport>> => json('GET', `/v1/caller-imports?${new URLSearchParams(question).toString()}`),
  importCallerFile: (file: Blob): Promise<CallerImport> => json('POST', '/v1/caller-imports', file.slice(0, file.size, 'application/zip'), 900_000),
  callerImport: (id: string): Promise<CallerImport> => json('GET', `/v1/caller-imports/${part(id)}`),
  importedDocuments: (contact: string, question: Record<string, string>): Promise<Page<ImportedDocument>> =>
    json('GET', `/v1/contacts/${part(contact)}/imported?${new URLSearchParams(question).toString()}`),
  phoneUploads: (): Promise<Page<PhoneUpload>> => json('GET', '/v1/phone-uploads'),
  phoneUpload: (id: string): Promise<PhoneUpload> => json('GET', `/v1/phone-uploads/${part(id)}`),
  takeFromPhone: (wish: Asked.NewPhoneUpload): Promise<PhoneUpload> => json('POST', '/v1/phone-uploads', wish, 60_000),
  phonePreview: (id: string): Promise<PeoplePreview> => json('GET', `/v1/phone-uploads/${part(id)}/preview`),
  startPhoneUpload: (id: string, known: Asked.ImportStart['known']): Promise<PhoneUpload> => json('POST', `/v1/phone-uploads/${part(id)}/start`, { known } satisfies Asked.ImportStart),
  undoPhoneUpload: (id: string): Promise<PhoneUpload> => json('POST', `/v1/phone-uploads/${part(id)}/undo`),
  dropPhoneUpload: async (id: string): Promise<void> => void (await send('DELETE', `/v1/phone-uploads/${part(id)}`)),
  peopleImports: (): Promise<Page<PeopleImport>> => json('GET', '/v1/address-book-imports'),
  peopleImport: (id: string): Promise<PeopleImport> => json('GET', `/v1/address-book-imports/${part(id)}`),
  importPeople: (file: Blob): Promise<PeopleImport> => json('POST', '/v1/address-book-imports', file.slice(0, file.size, 'application/octet-stream'), 600_000),
  peoplePreview: (id: string): Promise<PeoplePreview> => json('GET', `/v1/address-book-imports/${part(id)}/preview`),
  readPeopleOtherwise: (id: string, reading: FileReading): Promise<PeopleImport> => json('POST', `/v1/address-book-imports/${part(id)}/reading`, reading),
  startPeopleImport: (id: string, known: Asked.ImportStart['known']): Promise<PeopleImport> => json('POST', `/v1/address-book-imports/${part(id)}/start`, { known } satisfies Asked.ImportStart),
  stopPeopleImport: (id: string): Promise<PeopleImport> => json('POST', `/v1/address-book-imports/${part(id)}/stop`),
  undoPeopleImport: (id: string): Promise<PeopleImport> => json('POST', `/v1/address-book-imports/${part(id)}/undo`),
  dropPeopleImport: async (id: string): Promise<void> => void (await send('DELETE', `/v1/address-book-imports/${part(id)}`)),
  peopleImportProblems: async (id: string): Promise<Blob> => (await send('GET', `/v1/address-book-imports/${part(id)}/problems/file`, undefined, 60_000)).blob(),
  peopleExports: (): Promise<Page<PeopleExport>> => json('GET', '/v1/people-exports'),
  exportPeople: (wish: PeopleExportWish): Promise<PeopleExport> => json('POST', '/v1/people-exports', wish),
  peopleExportFile: async (id: string): Promise<Blob> => (await send('GET', `/v1/people-exports/${part(id)}/file`, undefined, 600_000)).blob(),
  dropPeopleExport: async (id: string): Promise<void> => void (await send('DELETE', `/v1/people-exports/${part(id)}`)),
  legalHolds: (question: Record<string, string>): Promise<Page<LegalHoldRow>> => json('GET', `/v1/legal-holds?${new URLSearchParams(question).toString()}`),
  legalHold: (id: string): Promise<LegalHold> => json('GET', `/v1/legal-holds/${part(id)}`),
  setLegalHold: (wish: LegalHoldWish): Promise<LegalHold> => json('POST', '/v1/legal-holds', wish satisfies Asked.NewLegalHold),
  reviewLegalHold: (id: string, review: Asked.HoldReview): Promise<LegalHold> => json('POST', `/v1/legal-holds/${part(id)}/review`, review),
  releaseLegalHold: (id: string, reason: string): Promise<LegalHold> => json('POST', `/v1/legal-holds/${part(id)}/release`, { reason } satisfies Asked.HoldRelease),
  dataTransfers: (): Promise<Items<DataTransfer>> => every('/v1/data-transfers'),
  dataEndpoints: (): Promise<DataEndpointList> => json('GET', '/v1/data-transfers/endpoints'),
  addDataTransfer: (wish: DataTransferWish): Promise<DataTransfer> => json('POST', '/v1/data-transfers', wish satisfies Asked.NewDataTransfer),
  dropDataTransfer: async (id: string): Promise<void> => void (await send('DELETE', `/v1/data-transfers/${part(id)}`)),
  processors: (): Promise<Items<Processor>> => every('/v1/processors'),
  addProcessor: (wish: ProcessorWish): Promise<ProcessorWithSecret> => json('POST', '/v1/processors', wish satisfies Asked.NewProcessor),
  dropProcessor: async (id: string): Promise<void> => void (await send('DELETE', `/v1/processors/${part(id)}`)),
  installation: (quiet: boolean): Promise<InstallationStatus> => json('GET', '/v1/installation/status', undefined, undefined, { quiet }),
  runbook: (name: string): Promise<Runbook> => json('GET', `/v1/installation/runbooks/${part(name)}`),
  selfAudits: (): Promise<SelfAuditList> => json('GET', '/v1/self-audits'),
  retention: (): Promise<OrganisationRetention> => json('GET', '/v1/organisation/retention'),
  recordDays: (): Promise<RecordDays> => json('GET', '/v1/organisation/record-days'),
  planRecordDays: (question: Record<string, string>): Promise<RetentionPlan> =>
    json('GET', `/v1/organisation/record-days/plan?${new URLSearchParams(question).toString()}`, undefined, 60_000),
  changeRecordDays: (wish: Asked.RetentionWish): Promise<RecordDays> => json('PUT', '/v1/organisation/record-days', wish satisfies Asked.RetentionWish),
  undoRecordDays: async (): Promise<void> => void (await send('DELETE', '/v1/organisation/record-days/change')),
  policyStatements: (): Promise<PolicyStatements> => json('GET', '/v1/organisation/policy'),
  changePolicyStatements: (changes: Asked.PolicyChange): Promise<PolicyStatements> => json('PATCH', '/v1/organisation/policy', changes),
  roles: (): Promise<Items<Role>> => json('GET', '/v1/roles'),
  appPasswords: (): Promise<AppPasswords> => json('GET', '/v1/me/app-passwords'),
  makeAppPassword: (name: string): Promise<AppPasswordMade> => json('POST', '/v1/me/app-passwords', { name } satisfies Asked.NewAppPasswordBody),
  revokeAppPassword: async (id: string): Promise<void> => void (await send('DELETE', `/v1/me/app-passwords/${part(id)}`)),
  setup: (setupToken: string, form: SetupForm): Promise<SignedIn> => json('POST', '/v1/setup', { setup_token: setupToken, ...form } satisfies Asked.FirstOrganisation),
  logout: async (): Promise<void> => void (await send('POST', '/v1/auth/logout', undefined, 4_000)),
  me: (): Promise<Me> => json('GET', '/v1/me'),
  myPolicy: (): Promise<MyPolicy> => json('GET', '/v1/me/policy', undefined, 3_000),
  acceptPolicy: async (shown: Asked.Acceptance): Promise<void> => void (await send('POST', '/v1/me/policy/acceptances', shown)),
  changeMe: (changes: { name: string; phone: string }): Promise<User> => json('PATCH', '/v1/me', changes satisfies Asked.ProfileChange),
  changeEmail: (email: string, password: string): Promise<{ link: string | null }> => json('PUT', '/v1/me/email', { email, current_password: password } satisfies Asked.EmailChange),
  pictures: (): Promise<Items<{ user_id: string; tag: string }>> => every('/v1/pictures'),
  picture: async (userId: string): Promise<Blob> => (await send('GET', `/v1/users/${part(userId)}/picture`)).blob(),
  setPicture: async (file: Blob): Promise<void> => {
    const form = new FormData()
    form.set('file', file)
    await send('POST', '/v1/me/picture', form, 60_000)
  },
  dropPicture: async (): Promise<void> => void (await send('DELETE', '/v1/me/picture')),
  phone: (): Promise<PhoneAccess> => json('GET', '/v1/phone'),
  realtime: (): Promise<RealtimeAccess> => json('GET', '/v1/realtime'),
  authorise: (endpoint: string, socketId: string, channel: string): Promise<{ auth: string }> =>
    json('POST', endpoint, { socket_id: socketId, channel_name: channel }),
  crmRecords: (about: { person_id: string } | { contact_id: string }, withinMs: number): Promise<Items<CrmPersonRecord>> =>
    json('GET', `/v1/crm-records?${new URLSearchParams(about).toString()}`, undefined, withinMs),
  callerConsents: (contact: string): Promise<Items<ConsentState>> => json('GET', `/v1/contacts/${part(contact)}/consents`),
  enterConsent: async (contact: string, purpose: ConsentState['purpose'], act: 'grant' | 'withdraw' | 'object'): Promise<void> =>
    void (await send('POST', `/v1/contacts/${part(contact)}/consents`, { purpose, act } as Asked.NewConsentEntry)),
  callQuality: (id: string): Promise<CallQuality> => json('GET', `/v1/calls/${part(id)}/quality`),
  tellQuality: async (id: string, told: Asked.CallQualityWish): Promise<void> => void (await send('PUT', `/v1/calls/${part(id)}/quality`, told)),
  callNote: (id: string): Promise<Tagged<CallNote>> => tagged('GET', `/v1/calls/${part(id)}/note`),
  writeCallNote: (id: string, text: string, seen: string | null): Promise<Tagged<CallNote>> =>
    tagged('PUT', `/v1/calls/${part(id)}/note`, { text } satisfies Asked.CallNoteWish, seen),
  live: (): Promise<LiveState> => json('GET', '/v1/live'),
  liveCaller: (): Promise<CallerDetails> => json('GET', '/v1/live/caller'),
  setSession: (state: 'available' | 'paused' | 'offline', reason?: string): Promise<SessionView> =>
    json('PUT', '/v1/session', (reason === undefined ? { state } : { state, reason }) satisfies Asked.StateRequest),
  calls: (limit: number, cursor: string | null, q: string, of: CallsAsked = {}): Promise<CallPage> => {
    // What is looked for is somebody's name or number: it belongs into no URL.
    if (q !== '') return json('POST', '/v1/calls/search', { q, limit, ...of, ...(cursor === null ? {} : { cursor }) } satisfies Asked.Search)
    const query = new URLSearchParams({ limit: String(limit), ...Object.fromEntries(Object.entries(of).map(([name, value]) => [name, String(value)])) })
    if (cursor !== null) query.set('cursor', cursor)
    return json('GET', `/v1/calls?${query.toString()}`)
  },
  countedCalls: (limit: number, cursor: string | null, of: Record<string, string>): Promise<CallPage> => {
    const query = new URLSearchParams({ ...of, limit: String(limit) })
    if (cursor !== null) query.set('cursor', cursor)
    return json('GET', `/v1/reports/calls?${query.toString()}`)
  },
  call: (id: string): Promise<CallDetail> => json<CallDetail>('GET', `/v1/calls/${part(id)}`).then(timelineInWords),
  tellCall: async (id: string, verb: CallVerb, body?: unknown): Promise<void> => void (await send('POST', `/v1/calls/${part(id)}/${verb}`, body)),
  sendDigits: async (id: string, digits: string): Promise<void> => void (await send('POST', `/v1/calls/${part(id)}/digits`, { digits } satisfies Asked.Digits)),
  placeCall: (to: Target, from: string | null): Promise<{ id: string }> =>
    json('POST', '/v1/calls', from === null ? { to } : { to, from }),
  callerNumbers: (): Promise<Items<CallerNumber>> => every('/v1/caller-numbers'),
  queues: (): Promise<Items<QueueSettings>> => every('/v1/queues'),
  queue: (id: string): Promise<QueueSettings> => json('GET', `/v1/queues/${part(id)}`),
  addQueue: (wish: { name: string; members: string[]; hours_id?: string }): Promise<QueueSettings> => json('POST', '/v1/queues', wish satisfies Asked.NewQueue),
  dropQueue: async (id: string): Promise<void> => void (await send('DELETE', `/v1/queues/${part(id)}`)),
  trunks: (): Promise<Items<Trunk>> => every('/v1/trunks'),
  addTrunk: (wish: Partial<TrunkWish>): Promise<Trunk> => json('POST', '/v1/trunks', wish),
  changeTrunk: (id: string, wish: Partial<TrunkWish>): Promise<Trunk> => json('PATCH', `/v1/trunks/${part(id)}`, wish satisfies Asked.TrunkChange),
  testTrunk: (id: string): Promise<Asked.TrunkTestAnswer> => json('POST', `/v1/trunks/${part(id)}/carrier/test`, undefined, 30_000),
  dropTrunk: async (id: string): Promise<void> => void (await send('DELETE', `/v1/trunks/${part(id)}`)),
  numbers: (): Promise<Items<OwnNumber>> => every('/v1/numbers'),
  addNumber: (wish: NumberWish): Promise<OwnNumber> => json('POST', '/v1/numbers', wish satisfies Asked.NewNumber),
  changeNumber: (id: string, wish: Partial<NumberWish>): Promise<OwnNumber> => json('PATCH', `/v1/numbers/${part(id)}`, wish satisfies Asked.NumberChange),
  testCall: (id: string): Promise<Asked.NumberTestAnswer> => json('GET', `/v1/numbers/${part(id)}/test-call`),
  placeTestCall: (id: string): Promise<Asked.NumberTestAnswer> => json('POST', `/v1/numbers/${part(id)}/test-call`),
  dropNumber: async (id: string): Promise<void> => void (await send('DELETE', `/v1/numbers/${part(id)}`)),
  flows: (): Promise<Items<Named>> => every('/v1/flows'),
  prompts: (): Promise<Items<Named>> => every('/v1/prompts'),
  changeQueue: (id: string, changes: Asked.QueueChange): Promise<QueueSettings> => json('PATCH', `/v1/queues/${part(id)}`, changes satisfies Asked.QueueChange),
  report: (question: Record<string, string>): Promise<Report> => json('GET', `/v1/reports?${new URLSearchParams(question).toString()}`),
  reportTotals: (question: Record<string, string>): Promise<Totals> => json('GET', `/v1/reports/totals?${new URLSearchParams(question).toString()}`),
  compared: (days: number): Promise<Items<Compared>> => json('GET', `/v1/reconciliations?limit=${part(days)}`),
  beginExport: (wish: Asked.NewExport): Promise<Export> => json('POST', '/v1/exports', wish),
  exportState: (id: string): Promise<Export> => json('GET', `/v1/exports/${part(id)}`),
  exportFile: async (id: string): Promise<Blob> => (await send('GET', `/v1/exports/${part(id)}/file`, undefined, 120_000)).blob(),
  dropExport: async (id: string): Promise<void> => void (await send('DELETE', `/v1/exports/${part(id)}`)),
  audit: (question: Record<string, string>): Promise<Items<AuditLine> & { next: number | null }> =>
    json('GET', `/v1/audit?${new URLSearchParams(question).toString()}`),
  auditCheck: async (): Promise<AuditCheck> => (await send('GET', '/v1/audit/check', undefined, 120_000)).json() as Promise<AuditCheck>,
  auditFile: async (question: Record<string, string>): Promise<Blob> =>
    (await send('GET', `/v1/audit/file?${new URLSearchParams(question).toString()}`, undefined, 120_000)).blob(),
  incidents: (cursor: string | null): Promise<Asked.IncidentPage> => json('GET', `/v1/incidents?${new URLSearchParams(after(cursor)).toString()}`),
  incidentPlaces: (): Promise<Asked.IncidentPlaceList> => json('GET', '/v1/incidents/places'),
  openIncident: (wish: Asked.NewIncident): Promise<Asked.IncidentAnswer> => json('POST', '/v1/incidents', wish),
  incident: (id: string): Promise<Asked.IncidentAnswer> => json('GET', `/v1/incidents/${part(id)}`),
  changeIncident: (id: string, wish: Asked.IncidentChange): Promise<Asked.IncidentAnswer> => json('PATCH', `/v1/incidents/${part(id)}`, wish),
  stepIncident: (id: string, wish: Asked.IncidentStep): Promise<Asked.IncidentAnswer> => json('POST', `/v1/incidents/${part(id)}/steps`, wish),
  draftNotice: (id: string, wish: Asked.NewNotice): Promise<Asked.IncidentAnswer> => json('POST', `/v1/incidents/${part(id)}/notices`, wish),
  searchAffected: (id: string): Promise<Asked.IncidentAnswer> => json('POST', `/v1/incidents/${part(id)}/search`),
  affected: (id: string, cursor: string | null): Promise<Asked.AffectedPeoplePage> => json('GET', `/v1/incidents/${part(id)}/people?${new URLSearchParams(after(cursor)).toString()}`),
  affectedFile: async (id: string): Promise<Blob> => (await send('GET', `/v1/incidents/${part(id)}/people/file`, undefined, 120_000)).blob(),
  disclosures: (cursor: string | null): Promise<Asked.DisclosurePageAnswer> => json('GET', `/v1/disclosures?${new URLSearchParams(after(cursor)).toString()}`),
  enterDisclosure: (wish: Asked.NewDisclosure): Promise<Asked.DisclosureAnswer> => json('POST', '/v1/disclosures', wish),
  correctDisclosure: (id: string, wish: Asked.DisclosureCorrection): Promise<Asked.DisclosureAnswer> => json('POST', `/v1/disclosures/${part(id)}/corrections`, wish),
  people: (): Promise<Items<Named>> => byName('/v1/users'),
  hours: (): Promise<Items<Named>> => every('/v1/hours'),
  dispositions: (queue: string | null): Promise<Items<Disposition>> =>
    every(queue === null ? '/v1/dispositions' : `/v1/dispositions?queue_id=${part(queue)}`),
  giveDisposition: async (call: string, id: string): Promise<void> =>
    void (await send('POST', `/v1/calls/${part(call)}/disposition`, { disposition_id: id } satisfies Asked.DispositionGiven)),
  pauseReasons: (): Promise<Items<PauseReason>> => every('/v1/pause-reasons'),
  correct: async (agent: string, state: CorrectedState, reason: CorrectionReason): Promise<void> =>
    void (await send('PUT', `/v1/agents/${part(agent)}/session`, { state, reason } satisfies Asked.AgentCorrection)),
  monitor: async (call: string, mode: MonitorMode, reason: MonitorReason): Promise<void> =>
    void (await send('POST', `/v1/calls/${part(call)}/monitor`, { mode, reason } satisfies Asked.Monitoring)),
  stopMonitor: async (call: string): Promise<void> => void (await send('DELETE', `/v1/calls/${part(call)}/monitor`)),
  takeOver: async (call: string, reason: MonitorReason): Promise<void> => void (await send('POST', `/v1/calls/${part(call)}/take-over`, { reason } satisfies Asked.TakeOver)),
  endCall: async (call: string): Promise<void> => void (await send('POST', `/v1/calls/${part(call)}/end`, { reason: 'stuck' } satisfies Asked.End)),
  contacts: (limit: number, cursor: string | null, q: string): Promise<PersonPage> => {
    if (q !== '') return json('POST', '/v1/people/search', { q, limit, ...after(cursor) } satisfies Asked.PersonSearch)
    const query = new URLSearchParams({ limit: String(limit), ...after(cursor) })
    return json('GET', `/v1/people?${query.toString()}`)
  },
  /** Who of the address book has this number. */
  contactsOf: (contact_id: string): Promise<Items<Person>> => {
    const query = new URLSearchParams({ contact_id, limit: '20' })
    return json('GET', `/v1/people?${query.toString()}`)
  },
  contact: (id: string): Promise<Person> => json('GET', `/v1/people/${part(id)}`),
  addContact: (wish: PersonWish): Promise<Person> => json('POST', '/v1/people', wish),
  changeContact: (id: string, changes: PersonChange): Promise<Person> => json('PATCH', `/v1/people/${part(id)}`, changes),
  contactPicture: async (id: string): Promise<Blob> => (await send('GET', `/v1/people/${part(id)}/picture`)).blob(),
  setContactPicture: async (id: string, file: Blob): Promise<Person> => {
    const form = new FormData()
    form.set('file', file)
    return (await send('PUT', `/v1/people/${part(id)}/picture`, form, 60_000)).json() as Promise<Person>
  },
  dropContactPicture: async (id: string): Promise<void> => void (await send('DELETE', `/v1/people/${part(id)}/picture`)),
  dropContact: async (id: string): Promise<void> => void (await send('DELETE', `/v1/people/${part(id)}`)),
  duplicates: (cursor: string | null): Promise<DuplicatePage> => json('GET', `/v1/people/duplicates?${new URLSearchParams(after(cursor)).toString()}`),
  dismissDuplicate: async (id: string): Promise<void> => void (await send('POST', `/v1/people/duplicates/${part(id)}/dismiss`)),
  mergeContacts: (id: string, wish: MergeWish): Promise<Merged> => json('POST', `/v1/people/${part(id)}/merge`, wish),
  contactPast: (id: string): Promise<PersonPastPage> => json('GET', `/v1/people/${part(id)}/history?limit=25`),
  contactActivity: (id: string, cursor: string | null): Promise<ActivityPage> => json('GET', `/v1/people/${part(id)}/activity?${new URLSearchParams(after(cursor)).toString()}`),
  callerActivity: (id: string, cursor: string | null): Promise<ActivityPage> => json('GET', `/v1/contacts/${part(id)}/activity?${new URLSearchParams(after(cursor)).toString()}`),
  deletedContacts: (cursor: string | null): Promise<PersonPastPage> => json('GET', `/v1/people/deleted?${new URLSearchParams(after(cursor)).toString()}`),
  undoContact: (entry: string): Promise<Undone> => json('POST', `/v1/people/history/${part(entry)}/undo`),
  files: (about: FilesAbout, cursor: string | null): Promise<FilePage> => json('GET', `/v1/files?${new URLSearchParams({ ...about, ...after(cursor) }).toString()}`),
  fileUsage: (): Promise<FileUsage> => json('GET', '/v1/files/usage'),
  fileContent: async (id: string): Promise<Blob> => (await send('GET', `/v1/files/${part(id)}/content`, undefined, 900_000)).blob(),
  fileThumbnail: async (id: string): Promise<Blob> => (await send('GET', `/v1/files/${part(id)}/thumbnail`)).blob(),
  /** With the tag by which a change says what it saw. */
  file: (id: string): Promise<Tagged<FileRow>> => tagged('GET', `/v1/files/${part(id)}`),
  deletedFiles: (about: FilesAbout): Promise<FilePage> => {
    const query = new URLSearchParams({ ...about, deleted: 'true', limit: '100' })
    return json('GET', `/v1/files?${query.toString()}`)
  },
  renameFile: (id: string, name: string, seen: string | null): Promise<Tagged<FileRow>> => tagged('PATCH', `/v1/files/${part(id)}`, { name } satisfies Asked.FileChange, seen),
  dropFile: async (id: string): Promise<void> => void (await send('DELETE', `/v1/files/${part(id)}`)),
  dropFileForGood: async (id: string): Promise<void> => void (await send('DELETE', `/v1/files/${part(id)}?for_good=true`)),
  restoreFile: (id: string): Promise<FileRow> => json('POST', `/v1/files/${part(id)}/restore`),
  /** `key`: asked for again with the same one, it is the same upload. */
  beginUpload: (size: number, metadata: string, key: string): Promise<FileUpload> => json('POST', '/v1/uploads', undefined, undefined, { headers: { ...TUS, 'Idempotency-Key': key, 'Upload-Length': String(size), 'Upload-Metadata': metadata } }),
  upload: (id: string): Promise<FileUpload> => json('GET', `/v1/uploads/${part(id)}`),
  /** How much of it the server has then. */
  sendPart: async (id: string, offset: number, bytes: Blob, signal: AbortSignal): Promise<number> => {
    const response = await send('PATCH', `/v1/uploads/${part(id)}`, bytes.slice(0, bytes.size, 'application/offset+octet-stream'), 100_000, { headers: { ...TUS, 'Upload-Offset': String(offset) }, signal })
    return Number(response.headers.get('Upload-Offset') ?? offset)
  },
  cancelUpload: async (id: string): Promise<void> => void (await send('DELETE', `/v1/uploads/${part(id)}`, undefined, undefined, { headers: TUS })),
  callbacks: (): Promise<Items<CallbackRow>> => every('/v1/callbacks'),
  cancelCallback: async (id: string): Promise<void> => void (await send('DELETE', `/v1/callbacks/${part(id)}`)),
  notifications: (cursor: string | null): Promise<NotificationPage> => json('GET', `/v1/me/notifications?${new URLSearchParams(after(cursor)).toString()}`),
  readNotification: (id: string): Promise<NotificationRow> => json('PUT', `/v1/me/notifications/${part(id)}/read`),
  readAllNotifications: async (): Promise<void> => void (await send('POST', '/v1/me/notifications/read')),
  notificationPreferences: (): Promise<NotificationPreferences> => json('GET', '/v1/me/notification-preferences'),
  setNotificationPreferences: (wish: NotificationPreferencesWish): Promise<NotificationPreferences> => json('PUT', '/v1/me/notification-preferences', wish satisfies Asked.PreferencesChange),
  tasks: (): Promise<Items<TaskRow>> => json('GET', '/v1/tasks?closed=false&limit=100'),
  someTasks: (question: TaskSearch): Promise<TaskPage> => json('POST', '/v1/tasks/search', question satisfies Asked.TaskSearch),
  countTasks: (question: TaskQuestion): Promise<TaskCount> => json('POST', '/v1/tasks/count', question satisfies Asked.TaskQuestion),
  task: (id: string): Promise<TaskRow> => json('GET', `/v1/tasks/${part(id)}`),
  addTask: (task: TaskWish): Promise<TaskRow> => json('POST', '/v1/tasks', task satisfies Asked.NewTask),
  taskActivity: (id: string, cursor: string | null): Promise<ActivityPage> => json('GET', `/v1/tasks/${part(id)}/activity?${new URLSearchParams(after(cursor)).toString()}`),
  taskComments: (id: string): Promise<TaskCommentPage> => json('GET', `/v1/tasks/${part(id)}/comments?limit=100`),
  addTaskComment: (id: string, text: string, mentions: string[]): Promise<TaskComment> => json('POST', `/v1/tasks/${part(id)}/comments`, { text, mentions } satisfies Asked.NewTaskComment),
  dropTaskComment: async (id: string, comment: string): Promise<void> => void (await send('DELETE', `/v1/tasks/${part(id)}/comments/${part(comment)}`)),
  changeManyTasks: (wish: TaskBulkWish): Promise<TaskBulkOutcome> => json('POST', '/v1/task-bulk-changes', wish satisfies Asked.NewBulkChange),
  undoManyTasks: (id: string): Promise<{ undone: number }> => json('POST', `/v1/task-bulk-changes/${part(id)}/undo`),
  taskSeries: (): Promise<Items<TaskSeries>> => every('/v1/task-series'),
  addTaskSeries: (wish: TaskSeriesWish): Promise<TaskSeries> => json('POST', '/v1/task-series', wish satisfies Asked.NewTaskSeries),
  changeTaskSeries: (id: string, changes: TaskSeriesChange): Promise<TaskSeries> => json('PATCH', `/v1/task-series/${part(id)}`, changes satisfies Asked.TaskSeriesChange),
  dropTaskSeries: async (id: string): Promise<void> => void (await send('DELETE', `/v1/task-series/${part(id)}`)),
  savedFilters: (): Promise<Items<SavedFilter>> => json('GET', '/v1/task-filters'),
  saveFilter: (wish: SavedFilterWish): Promise<SavedFilter> => json('POST', '/v1/task-filters', wish satisfies Asked.NewSavedFilter),
  dropFilter: async (id: string): Promise<void> => void (await send('DELETE', `/v1/task-filters/${part(id)}`)),
  taskOffers: (): Promise<Items<TaskOffer>> => json('GET', '/v1/task-offers'),
  acceptTask: (id: string): Promise<TaskRow> => json('POST', `/v1/tasks/${part(id)}/accept`),
  declineTask: (id: string): Promise<TaskRow> => json('POST', `/v1/tasks/${part(id)}/decline`),
  changeTask: (id: string, changes: TaskChange & { version: number }): Promise<TaskRow> => json('PATCH', `/v1/tasks/${part(id)}`, changes satisfies Asked.TaskChange),
  keptRecordings: (question: Record<string, string>): Promise<Page<KeptRecording>> => json('GET', `/v1/recordings/kept?${new URLSearchParams(question).toString()}`),
  recording: async (id: string): Promise<ArrayBuffer> =>
    (await send('GET', `/v1/recordings/${part(id)}/audio`, undefined, 120_000)).arrayBuffer(),
  restrictedRecording: async (restriction: string, id: string): Promise<ArrayBuffer> =>
    (await send('GET', `/v1/restrictions/${part(restriction)}/recordings/${part(id)}/audio`, undefined, 120_000)).arrayBuffer(),
  restrictions: (question: Record<string, string>): Promise<Page<Restriction>> => json('GET', `/v1/restrictions?${new URLSearchParams(question).toString()}`),
  restriction: (id: string): Promise<Restriction> => json('GET', `/v1/restrictions/${part(id)}`),
  openRestriction: (id: string, why: RestrictionOpening): Promise<Restriction> => json('POST', `/v1/restrictions/${part(id)}/openings`, why satisfies Asked.RestrictionOpening),
  restrictedRecordings: (id: string): Promise<Items<RestrictedRecording>> => json('GET', `/v1/restrictions/${part(id)}/recordings`),
}
