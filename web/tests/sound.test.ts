/** How good a call sounds and why, of counters. Expected scores: ITU-T G.107 for G.711, worked out by hand. */
import { describe, expect, test } from 'vitest'
import { qualityOf } from '../src/rooms/call_quality'
import { Blamed, causeOf, lostShare, measured, opinionScore, rating, together, wordOf, type SoundCause, type SoundMeasure, type SoundReading } from '../src/kit/sound'

const GOOD: SoundMeasure = { seconds: 2, received: 100, lost: 0, jitterMs: 2, roundTripMs: 40, sentLost: 0, madeUp: 0 }
const reading = (atMs: number, received: number, lost = 0, more: Partial<SoundReading> = {}): SoundReading => ({ atMs, received, lost, jitterMs: 2, roundTripMs: 30, ...more })

test('two readings are a measure of what lies between them', () => {
  const after = reading(2000, 197, 4, { jitterMs: 7, sentLost: 0.25, made: 800, samples: 96_000 })
  expect(measured(reading(0, 100, 1, { samples: 0, made: 0 }), after)).toEqual({ seconds: 2, received: 97, lost: 3, jitterMs: 7, roundTripMs: 30, sentLost: 0.25, madeUp: 800 / 96_000 })
  expect(measured(reading(0, 0), reading(100, 5))).toBeNull()
})

describe('a measure', () => {
  test.each([
    ['nothing lost', {}, 'very good', 4.4],
    ['3 of 100 lost', { received: 97, lost: 3 }, 'good', 4.12],
    ['20 of 100 lost', { received: 80, lost: 20 }, 'poor', 2.58],
    ['20 of 100 that were sent lost', { sentLost: 0.2 }, 'poor', 2.58],
    ['a second there and back', { roundTripMs: 1_000 }, 'poor', 2.19],
    ['no packet', { received: 0 }, 'no sound arrives', 1],
  ] as const)('with %s', (_, of, word, score) => {
    const measure = { ...GOOD, ...of }
    expect(wordOf(measure)).toBe(word)
    expect(Math.abs(opinionScore(rating(measure)) - score)).toBeLessThan(0.03)
  })

  test.each([
    ['nothing wrong', {}, null],
    ['a little loss, which nobody hears', { received: 98, lost: 2 }, null],
    ['packets lost on the way here', { received: 85, lost: 15 }, 'loss'],
    ['packets lost on the way to the PBX', { sentLost: 0.2 }, 'sent_loss'],
    ['an uneven way', { jitterMs: 160 }, 'jitter'],
    ['a long way', { roundTripMs: 900 }, 'delay'],
    ['all packets there and not played', { madeUp: 0.1 }, 'computer'],
    ['nothing arriving', { received: 0 }, 'nothing'],
  ] as const)('with %s is blamed on the right thing', (_, of, cause) => {
    expect(causeOf({ ...GOOD, ...of })).toBe(cause)
  })
})

test('a call in which nothing arrived is told as that, and not as a good one', () => {
  expect(qualityOf({ ...GOOD, received: 0 })).toMatchObject({ lost_received: 1 })
  expect(qualityOf({ ...GOOD, received: 99, lost: 1 })).toMatchObject({ lost_received: 0.01 })
  expect(lostShare({ ...GOOD, received: 0, lost: 7 })).toBe(1)
})

describe('trouble', () => {
  const told = (...found: (SoundCause | null)[]): (SoundCause | null)[] => {
    const blamed = new Blamed()
    return found.map((one) => blamed.after(one))
  }
  test.each([
    ['is told after two bad readings, whatever makes them bad', ['loss', 'jitter'], [null, 'jitter']],
    ['is not told of one bad reading at a time', ['loss', null, 'loss', null], [null, null, null, null]],
    ['goes after three good readings', ['loss', 'loss', null, null, null], [null, 'loss', 'loss', 'loss', null]],
    ['stays over a good reading among bad ones', ['loss', 'loss', null, null, 'loss', null], [null, 'loss', 'loss', 'loss', 'loss', 'loss']],
    ['changes its name where the new cause stays', ['loss', 'loss', 'jitter', 'loss', 'delay', 'delay'], [null, 'loss', 'loss', 'loss', 'loss', 'delay']],
  ] as const)('%s', (_, found, expected) => expect(told(...found)).toEqual(expected))
})

test('stretches are put together by their length', () => {
  const whole = together([GOOD, { ...GOOD, seconds: 6, received: 300, lost: 8, jitterMs: 10, roundTripMs: null }])
  expect(whole).toEqual({ seconds: 8, received: 400, lost: 8, jitterMs: 8, roundTripMs: 40, sentLost: 0, madeUp: 0 })
  expect(together([])).toBeNull()
})
