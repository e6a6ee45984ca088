/**
 * The shapes that the API takes and sends, under the app's names. Types only: no logic, no defaults. What comes from
 * api-types.ts is the OpenAPI document's; what is written here is of the app, or narrower than the document.
 */
import type {
  AccountDeletion, AgentCorrection, ChannelPreference, EventType, LineSegment, LiveCallAnswer, LiveMonitor, LiveRecording, LiveSnapshot, Monitoring, NotificationAnswer, ProviderChange,
  ProviderSettings as StoredProvider, RecordingSummary, TaskAnswer,
} from './api-types'
import type { Permission } from './permissions'

/** Organisations, accounts and signing in. */
export type {
  ClosingPlan, OrganisationClosing, ApiToken as MachineToken, AuditCheck, AuditEntryAnswer as AuditLine, AuthenticatorSetup as FreshAuthenticator, CurrentUser as Me, DeviceReport as AboutDevice,
  IdentityProvider as ProviderShown, InvitationAnswer as Invitation, InvitationPreview as Invited, MobileAnswer as MobileState, MyPolicy, NewSession as SignedIn, Organisation,
  PasskeyAnswer as PasskeyRow, PermissionAnswer as PermissionRow, PolicyBlock, ProviderRedirect as Way, ProviderReturn as CameBack,
  PushSubscriptionAnswer as PushSubscriptionRow, PushSubscriptionPage as PushSubscriptions,
  RecoveryCodes, RoleAnswer as Role, SecondFactors as MfaState, SentInvitation, SignInSession as SessionRow, UserAnswer as User,
} from './api-types'
/** The installation, for its operators. */
export type { CheckFinding, InstallationBan, InstallationChecks, InstallationPart, InstallationStatus, Runbook } from './api-types'
/** Branding. */
export type { BrandingAnswer as Branding, BrandingChange as BrandingWish, BrandLogo, BrandTones } from './api-types'
/** Phones and address books. */
export type { AppPasswordAnswer as AppPassword, AppPasswordPage as AppPasswords, NewAppPasswordAnswer as AppPasswordMade } from './api-types'
/** Notifications. */
export type {
  KindPreference as NotificationKindRow, NotificationAnswer as NotificationRow, NotificationPage, NotificationPreferencesAnswer as NotificationPreferences, PreferencesChange as NotificationPreferencesWish,
} from './api-types'
/** Agents and their work. */
export type {
  AgentRow, AgentTimeline, AgentSessionAnswer as SessionView, AgentState as SessionState, AgentToday as Today, Callback as CallbackRow, DispositionAnswer as Disposition,
  PauseReasonAnswer as PauseReason, SessionDayPart as DayPart, TaskAnswer as TaskRow, TaskChange, TaskOfferAnswer as TaskOffer,
} from './api-types'
/** Today's figures of agents and hours. */
export type { AgentFigures, TodayAnswer as TodayFigures } from './api-types'
/** Tasks. */
export type {
  BulkAnswer as TaskBulkChange, BulkFields as TaskBulkFields, BulkOutcome as TaskBulkOutcome, NewBulkChange as TaskBulkWish, NewSavedFilter as SavedFilterWish, NewTask as TaskWish, SavedFilterAnswer as SavedFilter,
  TaskCommentAnswer as TaskComment, TaskCommentPage, TaskCount, TaskExportAnswer as TaskExport, NewTaskExport as TaskExportWish, TaskPage, TaskQuestion, TaskSearch, TaskSeriesAnswer as TaskSeries, NewTaskSeries as TaskSeriesWish, TaskSeriesChange,
} from './api-types'
/** Saved reports. */
export type { ReportTimes, SavedReportAnswer as SavedReport, SavedReportWish, ScheduleWish } from './api-types'
/** Files. */
export type { FileAnswer as FileRow, FilePageAnswer as FilePage, FileUsageAnswer as FileUsage, UploadAnswer as FileUpload } from './api-types'
/** The activity log. */
export type { ActivityEntryAnswer as ActivityEntry, ActivityPageAnswer as ActivityPage } from './api-types'
/** The address book. */
export type { DuplicateAnswer as Duplicate, DuplicatePage, HistoryEntryAnswer as PersonPast, HistoryEntryPage as PersonPastPage, Merge as MergeWish, MergedAnswer as Merged, UndoneAnswer as Undone } from './api-types'
export type { NewPerson as PersonWish, PersonAnswer as Person, PersonChange, PersonErased, PersonErasurePlan, PersonPage } from './api-types'
export type { AddressBookImportAnswer as PeopleImport, PhoneUploadAnswer as PhoneUpload, ColumnWritten, FileReading, ImportStart, NewPeopleExport as PeopleExportWish, PeopleExportAnswer as PeopleExport, PreviewAnswer as PeoplePreview, PreviewColumnAnswer as PreviewColumn, PreviewRowAnswer as PreviewRow, RowProblemAnswer as RowProblem } from './api-types'
/** Exports. */
export type { ExportAnswer as ExportRow } from './api-types'
/** Calls. */
export type {
  CallAgentPart as AgentPart, CallDetail, CallNoteAnswer as CallNote, CallQualityAnswer as CallQuality, LegQualityRow as LegQuality, CallerCard, CallerDetails, CardPerson, CallOfferRow as Offer, CallPage, CallRow, CallState, ConsultParty as Third, Direction, LineSegment as Span,
  LiveCallAnswer as LiveCall, LiveCallRow as CallLive, LiveLineSegment as LiveSpan, LiveMonitor as MonitorRow,
  OfferCandidate as Candidate, OfferOthers as Others, Outcome,
} from './api-types'
/** What is set up. */
export type {
  AgentCounts as StaffCount, CallerNumber, NewWebhook as WebhookWish, PhoneCredentials as PhoneAccess, Queue as QueueSettings, QueueRow, LastingAlert, QueueAlertAnswer as QueueAlert, QueueAlertPage, RealtimeSettings as RealtimeAccess,
  Webhook, WebhookDelivery as Delivery,
} from './api-types'

/** Privacy: requests, holds, transfers, consents, what is audited. */
export type {
  CallerFileAnswer as CallerFile, CallerImportAnswer as CallerImport, ImportedAnswer as ImportedDocument,
  CallerErasure, CallerErasurePlan, CallerErasureWish, ConsentState, CorrectionAnswer as Correction, CrmPersonRecord, DataEndpoint, DataEndpointList, DataTransferAnswer as DataTransfer, ErasureNoticeAnswer as ErasureNotice, ErasureReceiptAnswer as ErasureReceipt, LegalHoldAnswer as LegalHold,
  KeptRecordingAnswer as KeptRecording, LegalHoldRow, OrganisationRetention, NewDataTransfer as DataTransferWish, NewLegalHold as LegalHoldWish, NewPrivacyRequest as PrivacyRequestWish, OwnPrivacyRequest, PolicyStatements, RecordDays, RetentionPlanAnswer as RetentionPlan, PrivacyRequestAnswer as PrivacyRequestRow,
  ConsentEntryAnswer as ConsentEntry, PrivacyRequestDeadlines, RecordingKeyAnswer as RecordingKey, RetentionChangeAnswer as RetentionChange,
  NewProcessor as ProcessorWish, ProcessorAnswer as Processor, ProcessorWithSecret, RestrictedRecording, RestrictionAnswer as Restriction, RestrictionOpening, PrivacyRequestStep, PrivacyRequestWithHistory as PrivacyRequest, SelfAuditAnswer as SelfAudit, SelfAuditList,
} from './api-types'

export interface Named { id: string; name: string }
export type LeavingReason = AccountDeletion['reason']
/** What is set of a sign-in provider: its secret is only ever sent, never told. */
export type ProviderSettings = Omit<StoredProvider, 'findable'> & Pick<ProviderChange, 'client_secret'>
export interface WebhookKind extends Omit<EventType, 'needs' | 'schema'> { needs: Permission | null; schema: Pick<EventType['schema'], 'description'> }

export type NotificationKind = NotificationAnswer['kind']
export type NotificationChannel = ChannelPreference['channel']
export type LineKind = LineSegment['kind']
/** Why a phone rings: the header X-Call24-Purpose. */
export type Purpose = LiveCallAnswer['purpose']
export type CallRecording = Pick<LiveRecording, 'state' | 'on_demand' | 'resumes_at'> & Partial<Pick<LiveRecording, 'trouble' | 'stopped'>>
/** A recording that can be heard, of a call or of a task. */
export type RecordingShown = Pick<RecordingSummary, 'id' | 'state' | 'kind'> & { duration_s: number | null }
export type MonitorMode = LiveMonitor['mode']
export type MonitorReason = Monitoring['reason']
/** Why a supervisor corrects an agent's session. */
export type CorrectionReason = AgentCorrection['reason']
export type CorrectedState = AgentCorrection['state']
/** Whereto a call goes: exactly one. */
export type Target = { number: string } | { agent_id: string } | { queue_id: string } | { flow_id: string }
export type TaskKind = TaskAnswer['kind']
export type TaskState = TaskAnswer['state']
export type TaskPriority = TaskAnswer['priority']

export type PartState = 'ok' | 'away'
export interface SystemParts { asterisk: PartState; mongodb: PartState }
export interface LiveState extends Omit<LiveSnapshot, 'session' | 'system'> { system: SystemParts; session: LiveSnapshot['session'] | null }
