import { expect, test } from 'vitest'
import { consentLine, consequence, nextActs, purposeName } from '../src/kit/consents'

test('who said nothing can agree or object, who agreed can withdraw, who said no can agree', () => {
  expect(nextActs({ act: null, allowed: true })).toEqual(['grant', 'object'])
  expect(nextActs({ act: 'grant', allowed: true })).toEqual(['withdraw'])
  expect(nextActs({ act: 'withdraw', allowed: false })).toEqual(['grant'])
  expect(nextActs({ act: 'object', allowed: false })).toEqual(['grant'])
})

test('what was said is said with its day, and what follows before it is entered', () => {
  expect(consentLine({ act: null, at: null })).toBe('Said nothing yet')
  expect(consentLine({ act: 'object', at: '2026-11-12T10:00:00.000Z' })).toMatch(/^Objected on .*2026/)
  expect(purposeName({ purpose: 'crm_sync', title: 'x' })).toBe('Passing calls on to the CRM')
  expect(consequence('recording', 'object')).toBe('From now on their calls are not recorded.')
})
