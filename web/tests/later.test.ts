import { expect, test } from 'vitest'
import { fieldTime, laterTimes } from '../src/kit/later'

test('the times offered are soon, in some hours, and tomorrow morning, also over the end of a month', () => {
  const now = new Date(2026, 10, 30, 22, 15).getTime()
  expect(laterTimes(now).map((one) => fieldTime(one.at))).toEqual(['2026-11-30T22:45', '2026-12-01T00:15', '2026-12-01T09:00'])
})
