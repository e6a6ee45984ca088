import { expect, test } from 'vitest'
import { activityLine, byDay } from '../src/kit/activity'
import type { ActivityEntry } from '../src/kit/model'

const NOW = Date.parse('2026-11-29T12:00:00Z')
const entry = (more: Partial<ActivityEntry>): ActivityEntry => ({
  id: 'x_1', kind: 'task', what: 'created', at: '2026-11-29T10:00:00.000Z', by: { id: 'usr_anna', name: 'Anna' }, title: null, detail: null, text: null, changes: [], duration_s: null,
  opens: null, ...more,
})
const line = (more: Partial<ActivityEntry>, here = 'per_1') => activityLine(entry(more), here, new Map([['usr_bold', 'Болд']]), NOW)

test('a call says its way and its outcome, and leads to it', () => {
  const call = { kind: 'call', what: 'answered', detail: 'inbound', duration_s: 252, opens: { kind: 'call', id: 'call_1' } } as const
  expect(line(call)).toMatchObject({ says: 'Incoming call: answered', lines: ['Anna · 4:12'], icon: 'phone', bad: false, href: '#/history/call_1' })
  expect(line({ ...call, what: 'abandoned', by: null })).toMatchObject({ says: 'Incoming call: left', lines: ['4:12'], icon: 'missed', bad: true })
  expect(line({ ...call, detail: 'callback', what: 'not_reached' })).toMatchObject({ says: 'Callback: not reached', icon: 'callback' })
})

test('what happened with the thing itself leads nowhere and does not repeat its name', () => {
  const task = { title: 'Ring back', detail: 'manual', opens: { kind: 'task', id: 'tsk_1' } } as const
  expect(line(task)).toMatchObject({ says: 'Anna created the task', title: 'Ring back', href: '#/work/tsk_1', icon: 'task' })
  expect(line(task, 'tsk_1')).toMatchObject({ says: 'Anna created the task', title: null, href: null })
  expect(line({ ...task, what: 'changed', changes: [{ field: 'assignee_id', before: null, after: 'usr_bold' }] }).lines).toEqual(['Assignee: none → Болд'])
  expect(line({ ...task, what: 'reminded', by: null }).says).toBe('A reminder was sent')
  expect(line({ ...task, title: null, detail: 'voicemail' })).toMatchObject({ title: 'Voicemail', icon: 'voicemail' })
})

test('a change of a contact says which field, and a merge who went', () => {
  const person = { kind: 'person', title: 'Ana', opens: { kind: 'person', id: 'per_1' } } as const
  const changes = [{ field: 'notes', before: null, after: 'rings late' }, { field: 'company', before: 'Acme', after: null }]
  expect(line({ ...person, what: 'changed', changes })).toMatchObject({ says: 'Anna changed the contact', title: null, lines: ['Notes: rings late', 'Company: Acme → removed'] })
  expect(line({ ...person, what: 'merged' })).toMatchObject({ says: 'Anna merged a contact into this one', title: 'Ana', href: null })
  expect(line({ ...person, what: 'undone', detail: 'deleted', by: null }).says).toBe('Call24 brought the contact back')
})

test('a file keeps its name, a comment its words, and a consent says for what', () => {
  expect(line({ kind: 'file', what: 'attached', title: 'a.pdf', opens: { kind: 'person', id: 'per_1' } })).toMatchObject({ title: 'a.pdf', href: null })
  expect(line({ kind: 'comment', what: 'added', text: 'No answer' }).lines).toEqual(['No answer'])
  expect(line({ kind: 'consent', what: 'object', detail: 'recording' })).toMatchObject({ says: 'Objection: recording of calls', lines: ['entered by Anna'] })
})

test('a privacy request says what was asked and which step it was', () => {
  const request = { kind: 'privacy_request', detail: 'access', opens: { kind: 'privacy_request', id: 'prq_1' } } as const
  expect(line({ ...request, what: 'received', by: null })).toMatchObject({ says: 'Request for access: received', lines: [], href: '#/privacy-requests/prq_1' })
  expect(line({ ...request, what: 'finish', text: 'Sent' })).toMatchObject({ says: 'Request for access: answered', lines: ['by Anna', 'Sent'] })
})

test('lines stand under their day, in the order in which they come', () => {
  const days = byDay([line({ id: 'a' }), line({ id: 'b', at: '2026-11-29T09:00:00.000Z' }), line({ id: 'c', at: '2026-11-28T09:00:00.000Z' }), line({ id: 'd', at: '2025-01-03T09:00:00.000Z' })], NOW)
  expect(days.map((one) => [one.name, one.lines.map((each) => each.id).join('')])).toEqual([['Today', 'ab'], ['Yesterday', 'c'], ['3 January 2025', 'd']])
})

test('the note of a call is in the words of who wrote it, and leads to the call', () => {
  const note = { kind: 'note', what: 'written', text: 'Wants the invoice by post', opens: { kind: 'call', id: 'call_1' } } as const
  expect(line(note)).toMatchObject({ says: 'Anna wrote a note on the call', lines: ['Wants the invoice by post'], href: '#/history/call_1' })
})
