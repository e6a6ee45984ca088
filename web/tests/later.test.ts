import { expect, test } from 'vitest'
import { fieldTime, laterTimes, saysLater } from '../src/kit/later'

test('the times offered are soon, in some hours, and tomorrow morning, also over the end of a month', () => {
  const now = new Date(2026, 10, 30, 22, 15).getTime()
  expect(laterTimes(now).map((one) => fieldTime(one.at))).toEqual(['2026-11-30T22:45', '2026-12-01T00:15', '2026-12-01T09:00'])
})

test('an outcome that says to call again asks when, others do not', () => {
  expect(['Call back later', 'Call again', 'To be called back', 'Solved', 'Wrong number', 'Called the wrong desk', 'Back in stock'].map(saysLater)).toEqual([true, true, true, false, false, false, false])
})
