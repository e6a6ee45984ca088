/** Which addresses there are for whom: what each needs, and what the menu shows. The server decides; this only spares a form that ends in a refusal. */
import type { Permission } from '../kit/permissions'
import type { IconName } from '../ui/icons'
import { account } from './account.svelte'
import type { Route } from './route.svelte'

type Name = Route['name']

/** Of several, any one. */
const NEEDS: Partial<Record<Name, Permission | readonly Permission[]>> = {
  calls: 'phone.use', sound: 'phone.use', dial: 'calls.place', work: 'tasks.read', history: 'calls.read_own', contacts: 'people.read', live: 'live.read', reports: 'calls.read_all', 'what-if': 'calls.read_all', staffing: 'calls.read_all', queues: 'queues.read',
  trunks: 'trunks.read', numbers: 'numbers.read', start: 'numbers.write', people: 'users.read', roles: 'roles.read', audit: 'audit.read', webhooks: 'organisation.write', applications: 'organisation.read', crm: 'crm.read',
  branding: 'organisation.write', provider: 'sign_in.write', close: 'organisation.close',
  privacy: ['privacy_requests.read', 'callers.export', 'callers.import', 'callers.erase', 'privacy.holds', 'restrictions.read', 'data_transfers.read', 'processors.read', 'privacy.read', 'audit.read', 'incidents.read', 'disclosures.read'],
  'privacy-requests': 'privacy_requests.read', 'caller-files': 'callers.export', 'caller-imports': 'callers.import', erase: 'callers.erase', 'legal-holds': 'privacy.holds', restrictions: 'restrictions.read', 'data-transfers': 'data_transfers.read', processors: 'processors.read', retention: 'privacy.read',
  hours: 'queues.read', prompts: 'flows.read', flows: 'flows.read', dispositions: 'queues.write', 'pause-reasons': 'queues.write', 'calling-limits': 'fence.read', 'task-addresses': 'tasks.manage', incidents: 'incidents.read', disclosures: 'disclosures.read', 'self-audit': 'audit.read', policy: 'organisation.read',
}

/** The pages of administration, in the order in which they are listed; what each is called stands in sections.ts. */
export const ADMINISTRATION = ['start', 'numbers', 'trunks', 'queues', 'hours', 'flows', 'prompts', 'dispositions', 'pause-reasons', 'calling-limits', 'people', 'roles', 'provider', 'task-addresses', 'webhooks', 'applications', 'crm', 'tokens', 'branding', 'audit', 'close', 'installation'] as const satisfies readonly Name[]
export type AdminName = (typeof ADMINISTRATION)[number]
// Whoever may open one section: tokens need nothing, and alone make no administration.
NEEDS.administration = ADMINISTRATION.flatMap((name) => NEEDS[name] ?? [])

const PRIVACY_GROUPS = ['Callers', 'Recipients', 'Organisation'] as const
type PrivacyGroup = (typeof PRIVACY_GROUPS)[number]
/** The sections of Privacy, in the order in which they are listed. */
const PRIVACY: readonly { group: PrivacyGroup; name: Name; href: string; label: string; about: string; icon: IconName }[] = [
  { group: 'Callers', name: 'privacy-requests', href: '#/privacy-requests', label: 'Requests', about: 'What people ask about their data', icon: 'task' },
  { group: 'Callers', name: 'caller-files', href: '#/caller-files', label: 'Callers’ files', about: 'A copy of all that is kept of a caller', icon: 'save' },
  { group: 'Callers', name: 'caller-imports', href: '#/caller-imports', label: 'Imported files', about: 'What another Call24 kept of a caller, brought here', icon: 'add' },
  { group: 'Callers', name: 'erase', href: '#/erase', label: 'Erase a caller', about: 'Everything of a caller, with a plan first and a receipt after', icon: 'erase' },
  { group: 'Callers', name: 'restrictions', href: '#/restrictions', label: 'Restricted data', about: 'Whose data is kept and not used, and its recordings', icon: 'shield' },
  { group: 'Callers', name: 'legal-holds', href: '#/legal-holds', label: 'Legal holds', about: 'What is kept beyond its day, and until when', icon: 'pause' },
  { group: 'Recipients', name: 'disclosures', href: '#/disclosures', label: 'Disclosures', about: 'What authorities asked for and were given', icon: 'join' },
  { group: 'Recipients', name: 'data-transfers', href: '#/data-transfers', label: 'Transfers', about: 'Who is given data, in which country, and what protects it', icon: 'transfer' },
  { group: 'Recipients', name: 'processors', href: '#/processors', label: 'Processors', about: 'Software outside that is asked to erase what it was given', icon: 'out' },
  { group: 'Organisation', name: 'incidents', href: '#/incidents', label: 'Incidents', about: 'Personal data breaches: the 72 hours, and whom they affect', icon: 'warn' },
  { group: 'Organisation', name: 'retention', href: '#/retention', label: 'Retention', about: 'How long what is kept, and whether what is due is deleted', icon: 'clock' },
  { group: 'Organisation', name: 'policy', href: '#/policy', label: 'Privacy policy', about: 'What you state in it, and your public pages', icon: 'paste' },
  { group: 'Organisation', name: 'self-audit', href: '#/self-audit', label: 'Self-audit', about: 'How safe the installation is, checked every 90 days', icon: 'shield' },
]
/** The groups of what this user may open. */
export function privacyGroups(): { label: PrivacyGroup; sections: typeof PRIVACY }[] {
  return PRIVACY_GROUPS.map((label) => ({ label, sections: PRIVACY.filter((one) => one.group === label && mayOpen(one.name)) })).filter((group) => group.sections.length > 0)
}

const TABS: readonly { name: Name; href: string; label: string; icon: IconName }[] = [
  { name: 'calls', href: '#/', label: 'Calls', icon: 'phone' },
  { name: 'work', href: '#/work', label: 'Work', icon: 'task' },
  { name: 'history', href: '#/history', label: 'History', icon: 'history' },
  { name: 'contacts', href: '#/contacts', label: 'Contacts', icon: 'contacts' },
  { name: 'live', href: '#/live', label: 'Live', icon: 'live' },
  { name: 'me', href: '#/me', label: 'Me', icon: 'user' },
]

/** Whether one operates the installation, which is no permission: whoever runs the server says it. */
const operates = (): boolean => account.me?.operator ?? false

export function mayOpen(name: Name): boolean {
  if (name === 'installation' || (name === 'administration' && operates())) return operates()
  const needed = NEEDS[name]
  if (needed === undefined) return true
  return typeof needed === 'string' ? account.may(needed) : needed.some((one) => account.may(one))
}

export const tabs = (): typeof TABS => TABS.filter((tab) => mayOpen(tab.name))

/** The tab under which a place is found. */
export function tabOf(name: Name): Name {
  if (TABS.some((tab) => tab.name === name)) return name
  if (name === 'dial') return 'calls'
  if (name === 'privacy' || PRIVACY.some((section) => section.name === name)) return 'privacy'
  if (name === 'administration' || ((ADMINISTRATION as readonly Name[]).includes(name) && mayOpen('administration'))) return 'administration'
  return name === 'reports' || name === 'what-if' || name === 'staffing' ? 'live' : name === 'unknown' ? name : 'me'
}
