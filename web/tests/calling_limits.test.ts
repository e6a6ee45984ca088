import { expect, test } from 'vitest'
import { changedRules, howLong, prefixesOf, shareOf, whatItIs, type NumberCheck, type RulesWish } from '../src/kit/calling_limits'
import { COUNTRIES } from '../src/kit/countries'

const caps = { calls_at_once: 2, calls_per_minute: 10, minutes_per_day: 60, freeze_after: 3 }
const rules: RulesWish = { countries: ['GB'], allowed_prefixes: [], denied_prefixes: [], longest_call_minutes: 60, user: caps, organisation: caps, forwards_percent: 50 }

test('prefixes are taken as they are pasted, each once', () => {
  expect(prefixesOf('+44 909\n+1-900, +44909;\n')).toEqual(['+44909', '+1900'])
})

test('countries are by name, and have no alias of another', () => {
  const codes = COUNTRIES.map(([code]) => code)
  expect([codes.includes('GB'), codes.includes('MN'), codes.includes('XK'), codes.includes('UK'), codes.includes('EU'), codes.includes('SU')]).toEqual([true, true, true, false, false, false])
  expect(codes.length).toBeGreaterThan(230)
  expect(new Set(COUNTRIES.map(([, name]) => name)).size).toBe(codes.length)
})

test('what differs is named', () => {
  expect(changedRules(rules, { ...rules })).toBe('')
  expect(changedRules(rules, { ...rules, countries: ['GB', 'FR'], user: { ...caps, freeze_after: 0 } })).toBe('countries, limits of a person')
})

test('where nothing is allowed, all is used', () => expect([shareOf(0, 0), shareOf(30, 90), shareOf(500, 0)]).toEqual([1, 0.25, 1]))

test('a number is told in words', () => {
  const check: NumberCheck = { number: '+442079460123', country: 'GB', kind: 'fixed', allowed: true, code: null, text: null, limit_s: 3600 }
  expect([whatItIs(check), howLong(check)]).toEqual([expect.stringMatching(/, an ordinary number, United Kingdom$/), 'A call could last 60 min.'])
  expect([whatItIs({ ...check, number: null, country: null, kind: null }), howLong({ ...check, limit_s: null })]).toEqual(['', ''])
})
