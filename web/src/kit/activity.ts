/** The activity log in words: what happened, in a line or a few, with an icon and where it leads. Pure. */
import type { IconName } from '../ui/icons'
import { fieldNames } from './duplicates'
import { capital, date, day, duration } from './format'
import type { ActivityEntry, Outcome, TaskKind } from './model'
import { changeLines, KIND } from './tasks'
import { OUTCOME, outcomeWord } from './words'

export interface ActivityLine { id: string; at: string; icon: IconName; bad: boolean; says: string; title: string | null; lines: string[]; href: string | null }
export interface ActivityDay { name: string; lines: ActivityLine[] }

const CALL: Record<string, string> = { inbound: 'Incoming call', outbound: 'Outgoing call', internal: 'Internal call', callback: 'Callback' }
const TASK: Record<string, string> = { created: 'created the task', changed: 'changed the task', undone: 'undid a change of the task', settled: 'talked to the customer: the task is done', accepted: 'accepted the task', declined: 'declined the task' }
const OFFERED: Record<string, string> = { reminded: 'A reminder was sent', offered: 'The task was offered', unanswered: 'The offer was not answered in time', withdrawn: 'The offer was withdrawn' }
const PERSON: Record<string, string> = { created: 'added the contact', changed: 'changed the contact', merged: 'merged a contact into this one', deleted: 'deleted the contact' }
const UNDONE: Record<string, string> = { changed: 'undid a change of the contact', merged: 'undid a merge', deleted: 'brought the contact back' }
const CONSENT: Record<string, string> = { grant: 'Consent given', withdraw: 'Consent withdrawn', object: 'Objection' }
const PURPOSE: Record<string, string> = { recording: 'recording of calls', crm_sync: 'passing on to the CRM' }
const ASKED: Record<string, string> = {
  access: 'Request for access', correction: 'Request for a correction', deletion: 'Request for erasure', objection: 'Objection', portability: 'Request for a copy', restriction: 'Request for a restriction',
  withdrawal: 'Withdrawal of a consent', complaint: 'Complaint',
}
const STEP: Record<string, string> = {
  received: /* @wc-include */ 'received', ask_identity: 'identity asked for', confirm_identity: 'identity confirmed', start: 'being worked on', wait: /* @wc-include */ 'waiting', finish: /* @wc-include */ 'answered', restrict: 'data restricted',
  tell_lifting: 'end of the restriction told', lift: 'restriction lifted', refuse: /* @wc-include */ 'refused', extend: /* @wc-include */ 'extended', note: /* @wc-include */ 'note', name_subject: 'person found', warned_soon: 'soon due', warned_late: /* @wc-include */ 'overdue',
}
const CRM: Record<string, string> = {
  linked: 'Linked to the CRM', call: 'Call logged in the CRM', objection: 'Objection told to the CRM', objection_lifted: 'End of an objection told to the CRM',
  erasure: 'Erasure told to the CRM', erasure_by_number: 'Erasure told to the CRM',
}
const NOTIFIED: Record<string, string> = { task_assigned: 'You were told that it is yours', task_due: 'You were told that it is due', task_mentioned: 'You were told of a mention', task_answered: 'You were told of an answer by e-mail', voicemail: 'You were told of the message', missed_call: 'You were told of the missed call', callback_due: 'You were told that the call back is due' }
const PLACE: Record<string, string> = { call: '#/history/', task: '#/work/', person: '#/contacts/', crm_connection: '#/crm/', privacy_request: '#/privacy-requests/' }

/** `here`: the id of whose log it is, to which nothing leads; `names`: of users and queues, by id. */
export function activityLine(entry: ActivityEntry, here: string, names: ReadonlyMap<string, string>, now: number): ActivityLine {
  const place = entry.opens === null || entry.opens.id === here ? undefined : PLACE[entry.opens.kind]
  const told = words(entry, names, now)
  const called = entry.title ?? (entry.opens?.kind === 'task' ? KIND[entry.detail as TaskKind]?.word ?? null : null)
  const title = entry.opens?.id === here && entry.kind !== 'file' && entry.what !== 'merged' ? null : called
  return { id: entry.id, at: entry.at, bad: false, title, ...told, href: place === undefined ? null : place + encodeURIComponent(entry.opens?.id ?? '') }
}

type Words = Pick<ActivityLine, 'icon' | 'says' | 'lines'> & { bad?: boolean }

function words(entry: ActivityEntry, names: ReadonlyMap<string, string>, now: number): Words {
  const who = entry.by?.name ?? 'Call24'
  switch (entry.kind) {
    case 'call': return ofCall(entry)
    case 'task': return {
      icon: KIND[entry.detail as TaskKind]?.icon ?? 'task', lines: changeLines(entry.changes, names, now).map(capital),
      says: OFFERED[entry.what] ?? `${who} ${TASK[entry.what] ?? entry.what}`,
    }
    case 'note': return { icon: 'comment', says: `${who} wrote a note on the call`, lines: [entry.text ?? ''] }
    case 'comment': return { icon: 'comment', says: `${who} commented`, lines: [entry.text ?? ''] }
    case 'person': return { icon: 'contacts', says: `${who} ${(entry.what === 'undone' ? UNDONE[entry.detail ?? ''] : PERSON[entry.what]) ?? entry.what}`, lines: entry.changes.map(fieldLine) }
    case 'correction': return { icon: 'check', says: `${who} corrected the data`, lines: [...entry.changes.map(fieldLine), ...(entry.text === null ? [] : [entry.text])] }
    case 'consent': return { icon: 'shield', says: `${CONSENT[entry.what] ?? entry.what}: ${PURPOSE[entry.detail ?? ''] ?? entry.detail ?? ''}`, lines: entry.by === null ? [] : [`entered by ${entry.by.name}`] }
    case 'privacy_request': return { icon: 'shield', says: `${ASKED[entry.detail ?? ''] ?? 'Privacy request'}: ${STEP[entry.what] ?? entry.what}`, lines: [entry.by === null ? '' : `by ${entry.by.name}`, entry.text ?? ''].filter(Boolean) }
    case 'file': return { icon: 'paste', says: `${who} attached a file`, lines: [] }
    case 'crm': return { icon: 'swap', says: CRM[entry.what] ?? entry.what, lines: entry.detail === 'failed' ? ['It failed'] : [] }
    case 'notification': return { icon: 'bell', says: NOTIFIED[entry.what] ?? 'You were notified', lines: [] }
  }
}

function ofCall(entry: ActivityEntry): Words {
  const tone = OUTCOME[entry.what as Outcome]?.tone
  const icon: IconName = entry.what === 'voicemail' ? 'voicemail' : entry.detail === 'callback' ? 'callback' : tone === 'bad' ? 'missed' : 'phone'
  const lines = [[entry.by?.name, entry.duration_s === null ? null : duration(entry.duration_s)].filter(Boolean).join(' · ')]
  return { icon, bad: tone === 'bad', says: `${CALL[entry.detail ?? ''] ?? 'Call'}: ${outcomeWord(entry.what)}`, lines }
}

function fieldLine(change: ActivityEntry['changes'][number]): string {
  const field = capital(fieldNames([change.field]))
  return `${field}: ${change.before === null ? '' : `${change.before} → `}${change.after ?? /* @wc-include */ 'removed'}`
}

/** The lines under the day on which they were, in the order in which they come. */
export function byDay(lines: readonly ActivityLine[], now: number): ActivityDay[] {
  const days: ActivityDay[] = []
  for (const line of lines) {
    const name = Math.abs(Date.parse(line.at) - now) < 300 * 86_400_000 ? day(line.at, now) : date(line.at)
    const last = days.at(-1)
    if (last?.name === name) last.lines.push(line)
    else days.push({ name, lines: [line] })
  }
  return days
}
