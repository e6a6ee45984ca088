/**
 * What only administration asks of the API, apart from api.ts because few people need it: it comes with the screens
 * that use it. It fetches through api.ts and, as that does, decides nothing.
 */
import type * as Asked from '../kit/api-types'
import type { CallingRules, NumberCheck, OutboundUsage, RulesWish } from '../kit/calling_limits'
import type { Hours, HoursWish } from '../kit/hours'
import type { Branding, BrandingWish, BrandTones, Delivery, Disposition, InstallationBan, InstallationChecks, Invitation, LeavingReason, MachineToken, PauseReason, PermissionRow, Role, SentInvitation, User, Webhook, WebhookKind, WebhookWish } from '../kit/model'
import type { Prompt } from '../kit/prompts'
import type { Ban, RefusedCall } from '../kit/refused'
import { after, byName, every, json, send, type Items } from './api'
import { problemsInWords } from './in_words'

const part = encodeURIComponent

export const administration = {
  counts: (): Promise<Asked.AdministrationCounts> => json('GET', '/v1/administration/counts'),
  hours: (): Promise<Items<Hours>> => byName('/v1/hours'),
  addHours: (wish: HoursWish): Promise<Hours> => json('POST', '/v1/hours', wish satisfies Asked.NewHours),
  changeHours: (id: string, changes: Partial<HoursWish>): Promise<Hours> => json('PATCH', `/v1/hours/${part(id)}`, changes satisfies Asked.HoursChange),
  dropHours: async (id: string): Promise<void> => void (await send('DELETE', `/v1/hours/${part(id)}`)),
  flows: (): Promise<Items<Asked.FlowSummary>> => every('/v1/flows'),
  flow: (id: string): Promise<Asked.Flow> => json('GET', `/v1/flows/${part(id)}`),
  addFlow: (wish: Asked.NewFlow): Promise<Asked.Flow> => json('POST', '/v1/flows', wish satisfies Asked.NewFlow),
  changeFlow: (id: string, changes: Asked.FlowChange): Promise<Asked.Flow> => json('PUT', `/v1/flows/${part(id)}`, changes satisfies Asked.FlowChange),
  dropFlow: async (id: string): Promise<void> => void (await send('DELETE', `/v1/flows/${part(id)}`)),
  validateFlow: (id: string): Promise<Asked.FlowValidation> => json<Asked.FlowValidation>('POST', `/v1/flows/${part(id)}/validate`).then(problemsInWords),
  simulateFlow: (id: string, wish: Asked.SimulatedCaller): Promise<Asked.FlowSimulation> => json('POST', `/v1/flows/${part(id)}/simulate`, wish satisfies Asked.SimulatedCaller),
  publishFlow: (id: string, seen: { revision: number; over: number }): Promise<Asked.FlowVersionSummary> => {
    const query = new URLSearchParams({ revision: String(seen.revision), over: String(seen.over) })
    return json('POST', `/v1/flows/${part(id)}/publish?${query.toString()}`)
  },
  rollFlowBack: (id: string, version: number, over: number): Promise<Asked.FlowVersionSummary> => json('POST', `/v1/flows/${part(id)}/rollback`, { version, over } satisfies Asked.Rollback),
  flowVersions: (id: string): Promise<Items<Asked.FlowVersionSummary>> => every(`/v1/flows/${part(id)}/versions`),
  flowVersion: (id: string, version: number): Promise<Asked.FlowVersion> => json('GET', `/v1/flows/${part(id)}/versions/${part(version)}`),
  prompts: (): Promise<Items<Prompt>> => byName('/v1/prompts'),
  promptsAndSounds: (): Promise<Asked.PromptPage> => json('GET', '/v1/prompts?limit=500'),
  uploadPrompt: (form: FormData): Promise<Prompt> => json('POST', '/v1/prompts', form, 120_000),
  speakPrompt: (wish: { name: string; text: string; voice: string }): Promise<Prompt> => json('POST', '/v1/prompts', wish, 60_000),
  promptSound: async (id: string): Promise<Blob> => (await send('GET', `/v1/prompts/${part(id)}/audio`, undefined, 60_000)).blob(),
  dropPrompt: async (id: string): Promise<void> => void (await send('DELETE', `/v1/prompts/${part(id)}`)),
  dispositions: (): Promise<Items<Disposition>> => every('/v1/dispositions'),
  addDisposition: (wish: Asked.NewDisposition): Promise<Disposition> => json('POST', '/v1/dispositions', wish satisfies Asked.NewDisposition),
  changeDisposition: (id: string, changes: Asked.DispositionChange): Promise<Disposition> => json('PATCH', `/v1/dispositions/${part(id)}`, changes satisfies Asked.DispositionChange),
  retireDisposition: async (id: string): Promise<void> => void (await send('DELETE', `/v1/dispositions/${part(id)}`)),
  pauseReasons: (): Promise<Items<PauseReason>> => every('/v1/pause-reasons'),
  addPauseReason: (wish: Asked.NewPauseReason): Promise<PauseReason> => json('POST', '/v1/pause-reasons', wish satisfies Asked.NewPauseReason),
  changePauseReason: (id: string, changes: Asked.PauseReasonChange): Promise<PauseReason> => json('PATCH', `/v1/pause-reasons/${part(id)}`, changes satisfies Asked.PauseReasonChange),
  retirePauseReason: async (id: string): Promise<void> => void (await send('DELETE', `/v1/pause-reasons/${part(id)}`)),
  callingRules: (): Promise<CallingRules> => json('GET', '/v1/fence'),
  setCallingRules: (wish: RulesWish): Promise<CallingRules> => json('PUT', '/v1/fence', wish satisfies Asked.NewTollFraudRules),
  outboundUsage: (): Promise<OutboundUsage> => json('GET', '/v1/fence/usage'),
  unfreeze: async (user_id: string | null): Promise<void> => void (await send('POST', '/v1/fence/unfreeze', { user_id } satisfies Asked.Unfreezing)),
  checkNumber: (number: string): Promise<NumberCheck> => json('POST', '/v1/fence/check', { number } satisfies Asked.NumberToCheck),
  changeBranding: (wish: BrandingWish): Promise<Branding> => json('PUT', '/v1/branding', wish satisfies Asked.BrandingChange),
  resetBranding: async (): Promise<void> => void (await send('DELETE', '/v1/branding')),
  brandTones: (question: { accent: string }): Promise<BrandTones> => json('GET', `/v1/branding/tones?${new URLSearchParams(question).toString()}`),
  setBrandLogo: (dark: boolean, file: Blob): Promise<Branding> => {
    const form = new FormData()
    form.set('file', file)
    return json('PUT', dark ? '/v1/branding/dark-logo' : '/v1/branding/logo', form, 60_000)
  },
  dropBrandLogo: async (dark: boolean): Promise<void> => void (await send('DELETE', dark ? '/v1/branding/dark-logo' : '/v1/branding/logo')),
  changeRole: (id: string, role: string): Promise<User> => json('PUT', `/v1/users/${part(id)}/role`, { role } satisfies Asked.RoleAssignment),
  disableUser: (id: string): Promise<User> => json('POST', `/v1/users/${part(id)}/disable`),
  enableUser: (id: string): Promise<User> => json('POST', `/v1/users/${part(id)}/enable`),
  removePicture: async (id: string): Promise<void> => void (await send('DELETE', `/v1/users/${part(id)}/picture`)),
  unlinkProvider: async (id: string): Promise<void> => void (await send('DELETE', `/v1/users/${part(id)}/provider`)),
  removeFactors: async (id: string): Promise<void> => void (await send('DELETE', `/v1/users/${part(id)}/mfa`)),
  skills: (id: string): Promise<{ skills: Record<string, number> }> => json('GET', `/v1/users/${part(id)}/skills`),
  setSkills: (id: string, skills: Record<string, number>): Promise<{ skills: Record<string, number> }> => json('PUT', `/v1/users/${part(id)}/skills`, { skills } satisfies Asked.Skills),
  resetUser: (id: string): Promise<{ link: string | null }> => json('POST', `/v1/users/${part(id)}/reset`),
  reportChild: async (id: string): Promise<void> => void (await send('POST', `/v1/users/${part(id)}/report-child`, undefined, 60_000)),
  deleteUser: async (id: string, reason: LeavingReason): Promise<void> => void (await send('POST', `/v1/users/${part(id)}/delete`, { reason } satisfies Asked.AccountDeletion, 60_000)),
  userFile: async (id: string): Promise<Blob> => (await send('GET', `/v1/users/${part(id)}/file`, undefined, 120_000)).blob(),
  invitations: (): Promise<Items<Invitation>> => every('/v1/invitations'),
  invite: (wish: { email: string; name: string; role: string; queues?: string[] }): Promise<SentInvitation> => json('POST', '/v1/invitations', wish satisfies Asked.NewInvitation),
  resendInvitation: (id: string): Promise<SentInvitation> => json('POST', `/v1/invitations/${part(id)}/resend`),
  withdrawInvitation: async (id: string): Promise<void> => void (await send('DELETE', `/v1/invitations/${part(id)}`)),
  permissions: (): Promise<Items<PermissionRow>> => json('GET', '/v1/permissions'),
  addRole: (wish: Asked.NewRole): Promise<Role> => json('POST', '/v1/roles', wish satisfies Asked.NewRole),
  editRole: (id: string, changes: Asked.RoleChange): Promise<Role> => json('PATCH', `/v1/roles/${part(id)}`, changes satisfies Asked.RoleChange),
  dropRole: async (id: string): Promise<void> => void (await send('DELETE', `/v1/roles/${part(id)}`)),
  applications: (): Promise<Items<Asked.PusherApp>> => json('GET', '/v1/applications'),
  addApplication: (wish: Asked.NewPusherApp): Promise<Asked.PusherAppWithSecret> => json('POST', '/v1/applications', wish satisfies Asked.NewPusherApp),
  changeApplication: (id: string, changes: Asked.PusherAppChange): Promise<Asked.PusherApp> => json('PATCH', `/v1/applications/${part(id)}`, changes satisfies Asked.PusherAppChange),
  renewApplicationSecret: (id: string): Promise<Asked.PusherAppWithSecret> => json('POST', `/v1/applications/${part(id)}/secret`),
  dropApplication: async (id: string): Promise<void> => void (await send('DELETE', `/v1/applications/${part(id)}`)),
  machineTokens: (): Promise<Items<MachineToken>> => every('/v1/tokens'),
  makeToken: (wish: { name: string; abilities: string[]; expires_in_days: number }): Promise<MachineToken & { token: string }> =>
    json('POST', '/v1/tokens', wish satisfies Asked.NewToken),
  revokeToken: async (id: string): Promise<void> => void (await send('DELETE', `/v1/tokens/${part(id)}`)),
  bans: (): Promise<Items<Ban>> => every('/v1/trunks/bans'),
  installationBans: (): Promise<Items<InstallationBan>> => every('/v1/installation/bans'),
  liftInstallationBan: async (id: string): Promise<void> => void (await send('DELETE', `/v1/installation/bans/${part(id)}`)),
  installationChecks: (): Promise<InstallationChecks> => json('GET', '/v1/installation/checks'),
  runInstallationChecks: (): Promise<InstallationChecks> => json('POST', '/v1/installation/checks'),
  liftBan: async (id: string): Promise<void> => void (await send('DELETE', `/v1/trunks/bans/${part(id)}`)),
  refusedCalls: (): Promise<Items<RefusedCall>> => json('GET', '/v1/refused-calls'),
  taskAddresses: (): Promise<Asked.TaskAddressList> => json('GET', '/v1/task-addresses'),
  addTaskAddress: (wish: Asked.NewTaskAddress): Promise<Asked.TaskAddressAnswer> => json('POST', '/v1/task-addresses', wish satisfies Asked.NewTaskAddress),
  changeTaskAddress: (id: string, changes: Asked.TaskAddressChange): Promise<Asked.TaskAddressAnswer> => json('PATCH', `/v1/task-addresses/${part(id)}`, changes satisfies Asked.TaskAddressChange),
  rotateTaskAddress: (id: string): Promise<Asked.TaskAddressAnswer> => json('POST', `/v1/task-addresses/${part(id)}/rotate`),
  dropTaskAddress: async (id: string): Promise<void> => void (await send('DELETE', `/v1/task-addresses/${part(id)}`)),
  webhooks: (): Promise<Items<Webhook>> => json('GET', '/v1/webhooks'),
  webhookKinds: (): Promise<Items<WebhookKind>> => json('GET', '/v1/webhooks/kinds'),
  addWebhook: (wish: WebhookWish): Promise<Webhook & { secret: string }> => json('POST', '/v1/webhooks', wish satisfies Asked.NewWebhook),
  changeWebhook: (id: string, wish: Partial<WebhookWish>): Promise<Webhook> => json('PATCH', `/v1/webhooks/${part(id)}`, wish satisfies Asked.WebhookChange),
  dropWebhook: async (id: string): Promise<void> => void (await send('DELETE', `/v1/webhooks/${part(id)}`)),
  renewWebhookSecret: (id: string): Promise<Webhook & { secret: string }> => json('POST', `/v1/webhooks/${part(id)}/secret`),
  testWebhook: (id: string): Promise<Delivery> => json('POST', `/v1/webhooks/${part(id)}/test`),
  deliveries(id: string, dead: boolean, cursor: string | null): Promise<Items<Delivery> & { next: string | null }> {
    const question = { ...(dead ? { state: 'dead' } : {}), ...(cursor === null ? {} : { cursor }) }
    return json('GET', `/v1/webhooks/${part(id)}/deliveries?${new URLSearchParams(question).toString()}`)
  },
  resendDelivery: (id: string, delivery: string): Promise<Delivery> => json('POST', `/v1/webhooks/${part(id)}/deliveries/${part(delivery)}/resend`),
  crmConnections: (): Promise<Items<Asked.CrmConnectionAnswer>> => json('GET', '/v1/crm-connections?limit=100'),
  crmConnection: (id: string): Promise<Asked.CrmConnectionWithCounts> => json('GET', `/v1/crm-connections/${part(id)}`),
  addCrm: (wish: Asked.NewCrmConnection): Promise<Asked.CrmConnectionAnswer> => json('POST', '/v1/crm-connections', wish),
  changeCrm: (id: string, wish: Asked.CrmConnectionChange): Promise<Asked.CrmConnectionAnswer> => json('PATCH', `/v1/crm-connections/${part(id)}`, wish),
  dropCrm: async (id: string): Promise<void> => void (await send('DELETE', `/v1/crm-connections/${part(id)}`)),
  previewCrm: (id: string): Promise<Asked.CrmPreview> => json('POST', `/v1/crm-connections/${part(id)}/preview`),
  retryCrm: (id: string): Promise<Asked.CrmConnectionAnswer> => json('POST', `/v1/crm-connections/${part(id)}/retry`),
  makeCrmWebhook: (id: string, signed: boolean): Promise<Asked.CrmConnectionWithWebhook> => json('POST', `/v1/crm-connections/${part(id)}/webhook`, { signed } satisfies Asked.NewCrmWebhook),
  dropCrmWebhook: async (id: string): Promise<void> => void (await send('DELETE', `/v1/crm-connections/${part(id)}/webhook`)),
  crmLinks(id: string, state: string, cursor: string | null): Promise<Asked.CrmLinkPage> {
    const question = { state, ...after(cursor) }
    return json('GET', `/v1/crm-connections/${part(id)}/links?${new URLSearchParams(question).toString()}`)
  },
  chooseCrm: (id: string, link: string, choices: Record<string, 'crm' | 'call24'>): Promise<Asked.CrmLinkAnswer> => json('POST', `/v1/crm-connections/${part(id)}/links/${part(link)}/choices`, { choices }),
  crmJobs: (id: string, cursor: string | null): Promise<Asked.CrmJobPage> => json('GET', `/v1/crm-connections/${part(id)}/jobs?${new URLSearchParams(after(cursor)).toString()}`),
}
