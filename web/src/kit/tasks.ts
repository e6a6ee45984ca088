/** Tasks in words: kinds, states, priorities, which state may follow which, what was changed, and who is named in a comment. Pure. */
import type { IconName } from '../ui/icons'
import { date, shortWhen } from './format'
import type { ActivityEntry, Named, TaskKind, TaskPriority, TaskQuestion, TaskRow, TaskState } from './model'

export const KIND: Record<TaskKind, { word: string; icon: IconName }> = {
  voicemail: { word: 'Voicemail', icon: 'voicemail' }, missed_call: { word: 'Missed call', icon: 'missed' }, callback_failed: { word: 'Callback failed', icon: 'callback' },
  request: { word: 'Left in the menu', icon: 'keypad' }, manual: { word: 'To do', icon: 'task' }, callback: { word: 'Call back', icon: 'callback' }, recurring: { word: 'Recurring', icon: 'history' }, email: { word: 'E-mail', icon: 'mail' },
}
export const kindOf = (task: TaskRow): { word: string; icon: IconName } => KIND[task.kind] ?? KIND.manual

export const STATES: readonly TaskState[] = ['open', 'in_progress', 'waiting', 'done', 'dropped']
export const STATE_WORD: Record<TaskState, string> = { open: 'Open', in_progress: 'In progress', waiting: 'Waiting', done: 'Done', dropped: 'Dropped' }
export const ACTIVE: readonly TaskState[] = ['open', 'in_progress', 'waiting']
/** As the server has it: what is closed is taken up again first. */
export const FOLLOWS: Record<TaskState, readonly TaskState[]> = {
  open: ['in_progress', 'waiting', 'done', 'dropped'], in_progress: ['open', 'waiting', 'done', 'dropped'], waiting: ['open', 'in_progress', 'done', 'dropped'],
  done: ['open', 'in_progress'], dropped: ['open', 'in_progress'],
}

export const PRIORITIES: readonly TaskPriority[] = ['urgent', 'high', 'normal', 'low']
export const PRIORITY_WORD: Record<TaskPriority, string> = { urgent: 'Urgent', high: 'High', normal: 'Normal', low: 'Low' }

/** What a list asks for; empty values are not asked. */
export interface Asked { view: TaskView; queue: string; kind: TaskKind | ''; priority: TaskPriority | ''; q: string; sort: 'newest' | 'due' | 'priority' | 'changed' }
export type TaskView = 'todo' | 'mine' | 'unassigned' | 'overdue' | 'closed'
export const VIEWS: readonly (readonly [TaskView, string])[] = [['todo', 'To do'], ['mine', 'Mine'], ['unassigned', 'Unassigned'], ['overdue', 'Overdue'], ['closed', 'Closed']]
export const EVERYTHING: Asked = { view: 'todo', queue: '', kind: '', priority: '', q: '', sort: 'newest' }

const OF_VIEW: Record<TaskView, TaskQuestion> = {
  todo: { closed: false }, mine: { closed: false, assignee: 'me' }, unassigned: { closed: false, unassigned: true }, overdue: { overdue: true }, closed: { closed: true },
}

/** As the API is asked, without order and page: a search, a count and a change of all of them. */
export function question(asked: Asked): TaskQuestion {
  const { queue, kind, priority } = asked
  const q = asked.q.trim()
  return { ...OF_VIEW[asked.view], ...(queue && { queue }), ...(kind && { kind }), ...(priority && { priority }), ...(q && { q }) }
}

const FIELD: Record<string, string> = {
  title: 'title', text: 'text', priority: /* @wc-include */ 'priority', state: /* @wc-include */ 'state', assignee_id: /* @wc-include */ 'assignee', queue_id: /* @wc-include */ 'queue', due_at: 'due date', remind_at: /* @wc-include */ 'reminder', checklist: /* @wc-include */ 'checklist',
  offered_to: 'offered to', contact_id: /* @wc-include */ 'caller', person_id: /* @wc-include */ 'person', call_id: /* @wc-include */ 'call',
}
type Change = ActivityEntry['changes'][number]

/** What became what, field by field. `names`: of users and queues, by id. */
export const changeLines = (changes: readonly Change[], names: ReadonlyMap<string, string>, now: number): string[] => changes.map((change) => line(change, names, now))

function line(change: Change, names: ReadonlyMap<string, string>, now: number): string {
  const field = FIELD[change.field] ?? change.field
  if (change.before === null && change.after === null) return `${field} was set`
  const [before, after] = [change.before, change.after].map((value) => shown(change.field, value, names, now))
  return change.field === 'text' || change.field === 'checklist' ? `${field} was changed` : `${field}: ${before} → ${after}`
}

function shown(field: string, value: string | null, names: ReadonlyMap<string, string>, now: number): string {
  if (value === null) return /* @wc-include */ 'none'
  if (field === 'state') return STATE_WORD[value as TaskState] ?? value
  if (field === 'priority') return PRIORITY_WORD[value as TaskPriority] ?? value
  if (field === 'due_at' || field === 'remind_at') return when(value, now)
  return field === 'assignee_id' || field === 'queue_id' || field === 'offered_to' ? names.get(value) ?? 'somebody else' : value
}

/** A day and a time, or a time alone of today. */
export const when = (at: string, now: number): string => (Math.abs(Date.parse(at) - now) < 300 * 86_400_000 ? `${shortWhen(at, now)}` : date(at))

/** Whom a text names: `@Anna Berg` of those who are known; the longest name that fits counts. */
export function mentioned(text: string, users: readonly Named[]): string[] {
  const byLength = [...users].sort((one, other) => other.name.length - one.name.length)
  const found = new Set<string>()
  for (const match of text.matchAll(/@/g)) {
    const rest = text.slice(match.index + 1).toLocaleLowerCase()
    const one = byLength.find((user) => rest.startsWith(user.name.toLocaleLowerCase()) && !/^[\p{L}\p{N}]/u.test(rest.slice(user.name.length)))
    if (one !== undefined) found.add(one.id)
  }
  return [...found]
}
