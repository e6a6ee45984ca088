import { expect, test } from 'vitest'
import { RHYTHMS, rhythmOf, ruleOf } from '../src/kit/recurring'

test('the usual rules are told in words and all others as they are', () => {
  for (const [rhythm, word] of RHYTHMS) expect(rhythmOf(ruleOf(rhythm))).toBe(word)
  expect(rhythmOf('FREQ=MONTHLY;BYDAY=-1FR')).toBe('FREQ=MONTHLY;BYDAY=-1FR')
})
