/** The settings of a queue as its form shows them: in groups, each line by its kind; and its ways out. Pure. */
import { changesOf } from './connections'
import { span } from './format'
import type { QueueSettings } from './model'
import { STRATEGIES } from './strategies'

type Keys<T> = { [K in keyof QueueSettings]-?: QueueSettings[K] extends T ? K : never }[keyof QueueSettings]
export type Line =
  | { kind: 'number'; key: Keys<number | null>; label: string; hint: string; unit: string; none?: boolean }
  | { kind: 'choice'; key: Keys<string | null>; label: string; hint: string; options: readonly (readonly [string | null, string])[] }
  | { kind: 'text'; key: Keys<string | null>; label: string; hint: string; none?: boolean; most?: number }
  | { kind: 'switch'; key: Keys<boolean>; label: string; hint: string }
/** `more`: what stands below its lines and is no line. */
export interface Group { title: string; lines: readonly Line[]; more?: 'skills' | 'exits' | 'dispositions' }

export type Reason = keyof QueueSettings['exits']
export type Way = QueueSettings['exits'][Reason]

/** What a group shows depends on what the form says by now. */
export function groupsOf(form: QueueSettings, hours: readonly { id: string; name: string }[]): Group[] {
  return [answering(form), waiting(form, hours), { title: 'When a caller cannot wait', lines: [], more: 'exits' }, afterwards(), recording(form), callbacks(form), tasks(form), alerts()]
}

const answering = (form: QueueSettings): Group => ({ title: 'Who answers', more: 'skills', lines: [
  { kind: 'choice', key: 'strategy', label: /* @wc-context: agents of a queue */ 'Order', hint: '', options: STRATEGIES },
  { kind: 'number', key: 'priority', label: 'Priority', hint: 'Higher is served first, whatever the queue.', unit: '' },
  { kind: 'number', key: 'offer_s', label: 'A phone rings', hint: 'Then the call goes to the next agent.', unit: 's' },
  { kind: 'number', key: 'auto_pause_after', label: 'Pause after missed calls', hint: 'In a row. 0: never.', unit: '' },
  { kind: 'number', key: 'sticky_days', label: 'Same agent within', hint: 'The agent of the last conversation is tried first. 0: off.', unit: 'days' },
  ...(form.sticky_days ? [{ kind: 'number', key: 'sticky_wait_s', label: 'Wait for that agent', hint: 'Then any agent of the queue may answer.', unit: 's' } as const] : []),
] })

const waiting = (form: QueueSettings, hours: readonly { id: string; name: string }[]): Group => ({ title: 'While callers wait', lines: [
  { kind: 'choice', key: 'hours_id', label: 'Open', hint: '', options: [[null, 'Always'], ...hours.map((one) => [one.id, one.name] as const)] },
  { kind: 'number', key: 'max_wait_s', label: 'Longest wait', hint: '', unit: 's' },
  { kind: 'number', key: 'max_waiting', label: 'Most callers', hint: 'Empty: no limit.', unit: '', none: true },
  { kind: 'text', key: 'music', label: 'Music', hint: '“default”, or the name of a music class that your operator has added to Asterisk.', most: 64 },
  { kind: 'switch', key: 'ring_during_greeting', label: 'Ring during the greeting', hint: 'Agents ring at once; an answer ends the greeting.' },
  { kind: 'switch', key: 'announce_position', label: 'Announce the position', hint: 'Callers hear their position in the queue.' },
  { kind: 'switch', key: 'announce_wait', label: 'Announce the expected wait', hint: 'Only while it can be estimated reliably.' },
  ...(form.announce_position || form.announce_wait ? [{ kind: 'number', key: 'announce_every_s', label: 'Announce every', hint: '', unit: 's' } as const] : []),
  { kind: 'number', key: 'keep_place_s', label: 'Keep the place for', hint: 'For callers who hang up and call again. 0: off.', unit: 's' },
  { kind: 'number', key: 'service_level_s', label: 'In time means within', hint: 'For the service level.', unit: 's' },
] })

const afterwards = (): Group => ({ title: 'After the call', more: 'dispositions', lines: [
  { kind: 'number', key: 'wrap_up_s', label: 'Wrap-up', hint: '', unit: 's' },
  { kind: 'choice', key: 'disposition', label: 'Disposition', hint: '', options: [['off', 'Not asked'], ['optional', 'Optional'], ['required', 'Required']] },
] })

const recording = (form: QueueSettings): Group => ({ title: 'Recording', lines: [
  { kind: 'choice', key: 'record', label: 'Calls are recorded', hint: '', options: [['always', 'Always'], ['on_demand', 'When the agent starts it'], ['never', 'Never']] },
  { kind: 'switch', key: 'record_announcement', label: 'Announce the recording', hint: 'Callers hear that the call is recorded.' },
  ...(form.record === 'always' && !form.record_announcement ? [{ kind: 'text', key: 'not_announced_because', label: 'Why it is not announced', hint: 'Required where every call is recorded and callers do not hear it.' } as const] : []),
  { kind: 'number', key: 'recording_days', label: 'Recordings are kept', hint: 'Empty: as the organisation says. Also applies to existing recordings.', unit: 'days', none: true },
  ...(form.recording_days === null ? [] : [{ kind: 'text', key: 'recording_days_reason', label: 'Why longer', hint: 'Required if it is longer than call records: which law or contract asks for it.', none: true } as const]),
  { kind: 'number', key: 'auto_resume_s', label: 'A pause ends after', hint: '0: only by hand.', unit: 's' },
] })

const callbacks = (form: QueueSettings): Group => ({ title: 'Callback', lines: [
  { kind: 'switch', key: 'callback', label: 'Offer a callback', hint: 'Instead of waiting; they keep their place.' },
  ...(form.callback ? [
    { kind: 'number', key: 'callback_attempts', label: 'Attempts', hint: '', unit: '' },
    { kind: 'number', key: 'callback_retry_s', label: 'Time between them', hint: '', unit: 's' },
    { kind: 'number', key: 'callback_ring_s', label: 'Their phone rings', hint: 'Then the attempt has failed.', unit: 's' },
    { kind: 'number', key: 'callback_expires_s', label: 'Give up after', hint: '', unit: 's' },
  ] as const : []),
] })

const tasks = (form: QueueSettings): Group => ({ title: 'Tasks', lines: [
  { kind: 'switch', key: 'offers_tasks', label: 'Offer tasks to agents', hint: 'Open tasks go to a free agent, one at a time. Calls go first.' },
  ...(form.offers_tasks ? [
    { kind: 'number', key: 'task_offer_s', label: 'Time to accept', hint: 'Then the task goes to the next agent.', unit: 's' },
    { kind: 'number', key: 'tasks_at_once', label: 'Tasks in progress', hint: 'An agent with so many is offered no other. Calls still come.', unit: '' },
  ] as const : []),
] })

const alerts = (): Group => ({ title: 'Alerts', lines: [
  { kind: 'number', key: 'alert_wait_s', label: 'When a caller has waited', hint: 'Supervisors are notified. Empty: never.', unit: 's', none: true },
  { kind: 'number', key: 'alert_waiting', label: 'When so many callers wait', hint: 'Supervisors are notified. Empty: never.', unit: '', none: true },
] })

/** A long time said shorter, as "4 h" of 14400 s; nothing of what is short or no whole number of minutes. */
export function shorter(line: Line, value: unknown): string {
  return line.kind === 'number' && line.unit === 's' && typeof value === 'number' && value >= 120 && value % 60 === 0 && (value < 5400 || value % 3600 === 0) ? span(value) : ''
}

export const REASONS: readonly (readonly [reason: Reason, label: string, hint: string])[] = [
  ['max_wait', 'After the longest wait', 'The longest wait is over, and nobody has answered.'],
  ['full', 'When it is full', 'As many callers wait as may.'],
  ['nobody', 'When nobody is there', 'No agent is signed in who could take the call.'],
  ['closed', 'Outside the opening hours', 'Only where the queue has opening hours.'],
]

/** A way as one value of a list: "queue que_1", "voicemail". */
export const chosenWay = (way: Way): string => (way.to === 'queue' ? `queue ${way.queue_id}` : way.to === 'flow' ? `flow ${way.flow_id}` : way.to)

/** The way that such a value means; a prompt stays where both ways have one. */
export function wayOf(chosen: string, before: Way): Way {
  const [to = '', id = ''] = chosen.split(' ')
  if (to === 'queue') return { to, queue_id: id }
  if (to === 'flow') return { to, flow_id: id }
  return { to: to === 'hang_up' ? to : 'voicemail', prompt: 'prompt' in before ? before.prompt : null }
}

/** What is sent: of the ways out, those that differ, so that another's change of another way stays. */
export function queueChanges(before: QueueSettings, form: QueueSettings): Partial<Omit<QueueSettings, 'exits'>> & { exits?: Partial<QueueSettings['exits']> } {
  const { exits, ...changes } = changesOf(before, form)
  return exits === undefined ? changes : { ...changes, exits: changesOf(before.exits, exits) }
}
