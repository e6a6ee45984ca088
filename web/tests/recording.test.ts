import { expect, test } from 'vitest'
import type { RecordingShown } from '../src/kit/model'
import { nothingToHear } from '../src/kit/recording'

const recording = (state: RecordingShown['state']): RecordingShown => ({ id: 'rec_1', state, kind: 'call', duration_s: 12 })

test('what was stored is heard, also where a little is missing', () => {
  expect([nothingToHear(recording('stored'), 'answered'), nothingToHear(recording('short'), 'answered')]).toEqual([null, null])
})

test('where there is nothing to hear, the reason is said', () => {
  expect(nothingToHear(recording('open'), 'answered')).toContain('appears here automatically')
  expect(nothingToHear(recording('empty'), 'answered')).toContain('no sound')
  expect(nothingToHear(recording('missing'), 'answered')).toContain('was lost')
  expect(nothingToHear(recording('refused'), 'answered')).toContain('disk was too full')
  expect(nothingToHear(null, 'answered')).toBe('This call was not recorded.')
  expect(nothingToHear(null, 'busy')).toBe('There was no conversation to record.')
})

test('where the caller stopped it, that is said', () => {
  expect(nothingToHear(null, 'answered', true)).toBe('The caller stopped the recording. Nothing of it was kept.')
  expect(nothingToHear(recording('stored'), 'answered', true)).toBeNull()
})
