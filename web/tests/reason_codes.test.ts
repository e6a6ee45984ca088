import { expect, test } from 'vitest'
import { chosenFrom, lastOrder, limitOf, minutesOf, moved, type Code } from '../src/kit/reason_codes'

const code = (id: string, order: number, active = true): Code => ({ id, name: id.toUpperCase(), order, active })

test('what is retired is not chosen from, and the rest is in the order of agents', () => {
  expect(chosenFrom([code('c', 1), code('b', 0), code('a', 0), code('x', -1, false)]).map((one) => one.id)).toEqual(['a', 'b', 'c'])
})

test('a move sets as few orders as it can', () => {
  expect(moved([code('a', 0), code('b', 1), code('c', 2)], 'c', -1)).toEqual([{ id: 'c', order: 1 }, { id: 'b', order: 2 }])
  expect(moved([code('a', 0), code('b', 0), code('c', 0)], 'a', 1)).toEqual([{ id: 'a', order: 1 }, { id: 'c', order: 2 }])
  expect(moved([code('a', 0), code('b', 1)], 'a', -1)).toEqual([])
  expect(moved([code('a', 0), code('b', 1)], 'b', 1)).toEqual([])
  expect(moved([code('a', 0)], 'gone', 1)).toEqual([])
})

test('a new one comes last', () => expect([lastOrder([]), lastOrder([code('a', 4), code('x', 9, false)])]).toEqual([0, 5]))

test('limits are typed in minutes and kept in seconds', () => {
  expect(['', '15', '1,5', '0.5', '1441', '-1', 'soon'].map(limitOf)).toEqual([{ limit_s: null }, { limit_s: 900 }, { limit_s: 90 }, null, null, null, null])
  expect([minutesOf(null), minutesOf(900), minutesOf(50)]).toEqual(['', '15', '0.83'])
})
