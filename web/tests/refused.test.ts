import { expect, test } from 'vitest'
import { refusedBecause, refusedWho, type RefusedCall } from '../src/kit/refused'

const call: RefusedCall = {
  id: 'rfc_1', reason: 'no_codec', number: '+447700900123', dialled: '+442079460100', source: '192.0.2.1', trunk_id: null, count: 1,
  first_at: '2026-11-24T16:00:00Z', at: '2026-11-24T16:00:00Z',
}

test('a call that did not get in says who rang whom, how often, and why', () => {
  expect(refusedBecause(call)).toContain('G.711')
  expect(refusedWho(call)).toMatch(/7700.*to.*7946/)
  expect(refusedWho({ ...call, number: '', dialled: '0', count: 3 })).toMatch(/^Number withheld to no number \(.*\)$/)
  expect(refusedWho({ ...call, number: '', dialled: '', count: 300 })).toMatch(/^Many more/)
})
