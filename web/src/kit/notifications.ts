/** Notifications in words: what happened, with which icon, and where one sees more. Pure. */
import type { IconName } from '../ui/icons'
import type { NotificationKind, NotificationRow, NotificationChannel } from './model'

const ICONS: Record<NotificationKind, IconName> = {
  incoming_call: 'phone', missed_call: 'missed', voicemail: 'voicemail', task_assigned: 'task', task_due: 'clock', task_mentioned: 'task', task_answered: 'mail', callback_due: 'callback',
  queue_alert: 'live', crm_trouble: 'warn', privacy_duty: 'shield', organisation: 'warn', policy_change: 'paste', security: 'shield', updates: 'plus', report: 'live',
}
const SAYS: Record<NotificationKind, string> = {
  incoming_call: 'A call rang for you', missed_call: 'A caller reached nobody', voicemail: 'A caller left a message', task_assigned: 'You were given a task', task_due: 'A task of yours is due',
  task_mentioned: 'You were named in a task', task_answered: 'A customer answered by e-mail in a task', callback_due: 'A caller waits to be called back', queue_alert: 'Callers wait too long', crm_trouble: 'The CRM connection has stopped',
  privacy_duty: 'Something about data protection is due', organisation: 'Your organisation is being closed', policy_change: 'The privacy policy changes', security: 'Something about your account changed', updates: 'Call24 was upgraded', report: 'A report of yours is there',
}
/** The kinds as the preferences name them: the words of the API, in the language of the page. */
const KINDS: Record<NotificationKind, { title: string; says: string }> = {
  incoming_call: { title: 'Incoming call', says: 'A call rings for you.' },
  missed_call: { title: 'Missed call', says: 'A caller of one of your queues reached nobody.' },
  voicemail: { title: 'Voicemail', says: 'A caller of one of your queues left a message.' },
  callback_due: { title: 'Callback due', says: 'A caller of one of your queues was not reached and waits to be called back.' },
  task_assigned: { title: 'Task assigned', says: 'Somebody gave you a task.' },
  task_due: { title: 'Task due', says: 'A task of yours has reached its due date, or its reminder.' },
  task_mentioned: { title: 'Mentioned in a task', says: 'Somebody named you in a comment.' },
  task_answered: { title: 'Answer by e-mail', says: 'A customer answered by e-mail in a task that you work on, or that waits in one of your queues.' },
  queue_alert: { title: 'Queue alert', says: 'Callers of a queue wait for longer, or more of them, than the queue’s settings say.' },
  crm_trouble: { title: 'CRM trouble', says: 'The connection to your CRM has stopped.' },
  privacy_duty: { title: 'Data protection duties', says: 'A privacy request is near its deadline, calls are about to be deleted for the first time, or a processor has not answered.' },
  organisation: { title: 'Closing of the organisation', says: 'Your organisation is being closed, or is kept after all.' },
  policy_change: { title: 'Privacy policy', says: 'The privacy policy changes.' },
  security: { title: 'Security', says: 'Something that guards your account or data changed: a new device, a password, a second factor, a data breach.' },
  updates: { title: 'Updates of Call24', says: 'Call24 was upgraded to a new version. Administrators see it; others, if they choose push or e-mail.' },
  report: { title: 'Scheduled reports', says: 'A report that is sent to you at set times is there.' },
}
export const kindWords = (row: { kind: NotificationKind; title: string; says?: string }): { title: string; says: string } => KINDS[row.kind] ?? { title: row.title, says: row.says ?? '' }
/** What happened, where the kind leaves it open: as the subjects of the e-mails. */
const EVENTS: Record<string, string> = {
  email_changed: 'Your e-mail address was changed', password_changed: 'Your password was changed', new_device: 'Somebody signed in on a new device', proof_added: 'A second factor was added', proof_removed: 'A second factor was removed',
  recovery_renewed: 'Your recovery codes were regenerated', recovery_used: 'A recovery code was used', provider_bound: 'Single sign-on was connected', provider_unbound: 'Single sign-on was disconnected',
  incident_deadline: 'The 72 hours of a personal data breach', closing_soon: 'Your organisation is about to be deleted', closing_stopped: 'Your organisation is kept', privacy_deadline: 'A privacy request is near or past its deadline',
  first_deletion: 'Calls will be deleted for the first time', processor_late: 'A processor has not answered an erasure',
}
export const CHANNELS: readonly { channel: NotificationChannel; word: string; icon: IconName }[] = [
  { channel: 'app', word: 'App', icon: 'bell' }, { channel: 'push', word: 'Push', icon: 'system' }, { channel: 'email', word: 'E-mail', icon: 'mail' },
]

/** A newer server's kinds have its own words. */
export const iconOf = (row: Pick<NotificationRow, 'kind'>): IconName => ICONS[row.kind] ?? 'bell'
export const said = (row: Pick<NotificationRow, 'kind' | 'event' | 'title' | 'by'>): string => {
  if (row.kind === 'task_assigned' && row.by !== null) return `${row.by.name} gave you a task`
  if (row.kind === 'task_mentioned' && row.by !== null) return `${row.by.name} named you in a comment`
  if (row.kind === 'updates' && row.event !== '') return `Call24 was upgraded to ${row.event}`
  return EVENTS[row.event] ?? SAYS[row.kind] ?? row.title
}

/** Where more of it is shown; null: nowhere. Only places of the app, and pages of this server. */
export function placeOf(row: Pick<NotificationRow, 'kind' | 'link' | 'task_id'>): string | null {
  if (row.task_id !== null) return `#/work/${row.task_id}`
  if (/^\/[\w-]/.test(row.link)) return row.link
  if (/^[\w-]+(\/[\w-]+)?$/.test(row.link)) return `#/${row.link}`
  if (row.kind === 'queue_alert') return '#/live'
  if (row.kind === 'security') return '#/security'
  return row.kind === 'organisation' ? '#/close' : null
}

/** The attributes of a link there: a page of the server opens beside the app, whose calls would end with its own page. */
export const linkTo = (place: string): { href: string; target?: '_blank'; rel?: string } =>
  place.startsWith('#') ? { href: place } : { href: place, target: '_blank', rel: /* @wc-ignore */ 'noopener noreferrer' }
