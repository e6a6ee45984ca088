/** What the pages of administration are called, and what each is. It comes with them, so that the first load stays small. */
import type { IconName } from '../ui/icons'
import { ADMINISTRATION, mayOpen, type AdminName } from './places'

const GROUPS = ['', 'Calls', 'People', 'Connections', 'Organisation', 'Server'] as const
/** `about` is one sentence, of what one does there. */
export interface Section { group: (typeof GROUPS)[number]; label: string; about: string; icon: IconName }

const SECTIONS: Record<AdminName, Section> = {
  start: { group: '', label: 'Your first call', about: 'From nothing to a call that rings, step by step', icon: 'check' },
  numbers: { group: 'Calls', label: 'Numbers', about: 'What customers dial, and where each number leads', icon: 'keypad' },
  trunks: { group: 'Calls', label: 'Trunks', about: 'The connections to your carriers', icon: 'phone' },
  queues: { group: 'Calls', label: 'Queues', about: 'Where callers wait, and who is rung', icon: 'history' },
  hours: { group: 'Calls', label: 'Opening hours', about: 'When queues and flows are open', icon: 'clock' },
  flows: { group: 'Calls', label: 'Flows', about: 'What callers hear and choose before they reach an agent (IVR)', icon: 'why' },
  prompts: { group: 'Calls', label: 'Prompts', about: 'What callers hear in your own words', icon: 'sound' },
  dispositions: { group: 'Calls', label: 'Dispositions', about: 'What agents can say a call came to', icon: 'task' },
  'pause-reasons': { group: 'Calls', label: 'Pause reasons', about: 'Why an agent is paused, and for how long at most', icon: 'pause' },
  'calling-limits': { group: 'Calls', label: 'Calling limits', about: 'Toll-fraud protection: which numbers may be called, and how much', icon: 'warn' },
  people: { group: 'People', label: 'People', about: 'Who works here: invitations, skills, second factors', icon: 'join' },
  roles: { group: 'People', label: 'Roles', about: 'What people may see and do, and roles of your own', icon: 'shield' },
  provider: { group: 'People', label: 'Single sign-on', about: 'Signing in with your own identity provider', icon: 'user' },
  'task-addresses': { group: 'Connections', label: 'E-mail for tasks', about: 'Addresses whose e-mails become tasks', icon: 'mail' },
  webhooks: { group: 'Connections', label: 'Webhooks', about: 'Events that Call24 sends to your servers', icon: 'transfer' },
  applications: { group: 'Connections', label: 'Applications', about: 'Your web pages and servers on this realtime server', icon: 'live' },
  crm: { group: 'Connections', label: 'CRM', about: 'Contacts and calls, kept in step with your CRM', icon: 'contacts' },
  tokens: { group: 'Connections', label: 'API tokens', about: 'For programs that act for you, with what you let them do', icon: 'key' },
  branding: { group: 'Organisation', label: 'Branding', about: 'Your name, logo and colour, and whom users ask for help', icon: 'pen' },
  audit: { group: 'Organisation', label: 'Audit log', about: 'Who changed or looked at what, and from where', icon: 'search' },
  close: { group: 'Organisation', label: 'Close organisation', about: 'Deletes the organisation and all its data, after some days', icon: 'erase' },
  installation: { group: 'Server', label: 'Installation', about: 'What runs, since when, and what to do about what is not well', icon: 'system' },
}

/** The groups with what this user may open in each. */
export function sectionGroups(): { label: string; sections: (Section & { name: AdminName })[] }[] {
  const open = ADMINISTRATION.filter(mayOpen).map((name) => ({ name, ...SECTIONS[name] }))
  return GROUPS.map((label) => ({ label, sections: open.filter((one) => one.group === label) })).filter((group) => group.sections.length > 0)
}
