import { expect, test } from 'vitest'
import { AROUND, BLOCK, drawnRows, WHOLE } from '../src/kit/long_list'

const each = (count: number, height: number): number[] => Array<number>(count).fill(height)

test('a list of some pages is drawn whole', () => {
  expect(drawnRows(WHOLE, [], 0, 900)).toEqual({ from: 0, to: WHOLE, above: 0, below: 0 })
})

test('of a long list the rows near the window are drawn, and the others have the height that they would take', () => {
  const drawn = drawnRows(100_000, each(4000, 1000), 500_000, 500_900)
  expect(drawn).toEqual({ from: 499 * BLOCK, to: 502 * BLOCK, above: 499_000, below: 3_498_000 })
  expect(drawn.above).toBeLessThanOrEqual(500_000 - AROUND)
  expect(100_000 * 40 - drawn.below).toBeGreaterThanOrEqual(500_900 + AROUND)
})

test('rows that were never drawn are taken to be as high as those that were', () => {
  const drawn = drawnRows(1_000, [1000, 2000], 0, 900)
  expect(drawn.from).toBe(0)
  expect(drawn.to).toBe(2 * BLOCK)
  expect(drawn.below).toBe(38 * 1500)
})

test('at the end of a list the last rows are drawn, also of a block that is not full', () => {
  expect(drawnRows(1_010, each(40, 1000), 1e9, 1e9 + 900)).toEqual({ from: 1_000, to: 1_010, above: 40_000, below: 0 })
})
