import { expect, test } from 'vitest'
import { changeLines, EVERYTHING, FOLLOWS, mentioned, question, STATES } from '../src/kit/tasks'

const USERS = [{ id: 'usr_anna', name: 'Anna' }, { id: 'usr_berg', name: 'Anna Berg' }, { id: 'usr_bold', name: 'Болд' }]

test('who is named in a comment is found by the longest name that fits', () => {
  expect(mentioned('@Anna Berg, please; @болд too', USERS)).toEqual(['usr_berg', 'usr_bold'])
  expect(mentioned('@Anna: and mail anna@anna.example', USERS)).toEqual(['usr_anna'])
  expect(mentioned('@Annabel @ @nobody', USERS)).toEqual([])
})

test('a list asks for what was chosen and for nothing else', () => {
  expect(question(EVERYTHING)).toEqual({ closed: false })
  expect(question({ ...EVERYTHING, view: 'mine', priority: 'urgent', q: ' bill ' })).toEqual({ closed: false, assignee: 'me', priority: 'urgent', q: 'bill' })
  expect(question({ ...EVERYTHING, view: 'unassigned', queue: 'que_1' })).toEqual({ closed: false, unassigned: true, queue: 'que_1' })
})

test('what is closed is taken up again and nothing else follows', () => {
  expect(STATES.filter((state) => FOLLOWS.done.includes(state))).toEqual(['open', 'in_progress'])
  expect(FOLLOWS.dropped).toEqual(FOLLOWS.done)
  for (const state of STATES) expect(FOLLOWS[state]).not.toContain(state)
})

test('a change is told with what was and what is, by names', () => {
  const changes = [
    { field: 'state', before: 'open', after: 'in_progress' }, { field: 'assignee_id', before: null, after: 'usr_bold' }, { field: 'text', before: '', after: 'x' },
    { field: 'person_id', before: null, after: null },
  ]
  expect(changeLines(changes, new Map([['usr_bold', 'Болд']]), Date.parse('2026-11-29T12:00:00Z'))).toEqual(['state: Open → In progress', 'assignee: none → Болд', 'text was changed', 'person was set'])
})
