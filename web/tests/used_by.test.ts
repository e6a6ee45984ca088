import { expect, test } from 'vitest'
import { names, usersOf, type Using } from '../src/kit/used_by'

test('an id is found wherever it is named, as a value', () => {
  expect(names([{ nodes: { a: { type: 'hours', hours_id: 'hrs_1' } } }, null], 'hrs_1')).toBe(true)
  expect(names([{ nodes: { hrs_1: { type: 'hours', hours_id: 'hrs_2' } } }], 'hrs_1')).toBe(false)
})

test('what names a thing uses it, but nothing uses itself', () => {
  const all: Using[] = [
    { kind: 'queue', id: 'que_1', name: 'Support', within: { id: 'que_1', hours_id: 'hrs_1' } },
    { kind: 'flow', id: 'flw_1', name: 'Main menu', within: ['greeting', 'que_1'] },
  ]
  expect(usersOf(all, 'hrs_1')).toEqual([{ kind: 'queue', id: 'que_1', name: 'Support' }])
  expect(usersOf(all, 'que_1').map((one) => one.name)).toEqual(['Main menu'])
})
