/** The limits of outgoing calls as the API has them, what was used of them today, and what is said of both. Pure. */
import { phoneNumber, span } from './format'
import type { NewTollFraudRules, NumberCheck, OutboundFreeze, TollFraudLimits } from './api-types'
import { countryName } from './countries'

export type { NumberCheck, OutboundUsage, TollFraudRules as CallingRules, UserOutboundUsage } from './api-types'

export type RulesWish = Required<NewTollFraudRules>
export type Limits = TollFraudLimits

export const LIMITS: readonly { key: keyof Limits; label: string; hint: string }[] = [
  { key: 'calls_at_once', label: 'Calls at the same time', hint: '' },
  { key: 'calls_per_minute', label: 'Calls begun in a minute', hint: '' },
  { key: 'minutes_per_day', label: 'Minutes in a day', hint: '' },
  { key: 'freeze_after', label: 'Frozen after refusals', hint: 'Within ten minutes. 0: never.' },
]

/** Prefixes as they are typed or pasted: +, digits, and whatever people put between. */
export const prefixesOf = (text: string): string[] => [...new Set(text.split(/[\n,;]+/).map((one) => one.replace(/[^\d+]/g, '')).filter(Boolean))]

export const rulesOf = ({ countries, allowed_prefixes, denied_prefixes, longest_call_minutes, user, organisation, forwards_percent }: RulesWish): RulesWish =>
  ({ countries, allowed_prefixes, denied_prefixes, longest_call_minutes, user, organisation, forwards_percent })

const PARTS: Record<keyof RulesWish, string> = {
  countries: /* @wc-include */ 'countries', allowed_prefixes: 'allowed prefixes', denied_prefixes: 'blocked prefixes', longest_call_minutes: 'longest call', user: 'limits of a person', organisation: 'limits of the organisation', forwards_percent: 'forwarded calls',
}
/** What differs, in words; empty: nothing. */
export const changedRules = (before: RulesWish, form: RulesWish): string =>
  (Object.keys(PARTS) as (keyof RulesWish)[]).filter((key) => JSON.stringify(before[key]) !== JSON.stringify(form[key])).map((key) => PARTS[key]).join(', ')

/** Used of what there is, 0 to 1; of nothing all is used. */
export const shareOf = (taken_s: number, left_s: number): number => (taken_s + left_s <= 0 ? 1 : Math.min(1, taken_s / (taken_s + left_s)))
export const minutesWord = (seconds: number): string => `${Math.ceil(seconds / 60)} min`

export const frozenWhy = (reason: OutboundFreeze['reason']): string => (reason === 'minutes' ? 'The day’s minutes were used up.' : 'Calls were refused again and again.')

const KINDS: Record<NonNullable<NumberCheck['kind']>, string | null> = {
  fixed: 'an ordinary number', mobile: 'a mobile phone', toll_free: 'a free number', premium: 'a premium-rate number', shared_cost: 'a shared-cost number', voip: 'an internet phone', personal: 'a personal number',
  pager: 'a pager', uan: 'a company number', voicemail: 'a mailbox', satellite: 'a satellite phone', test: 'a test number', unknown: null,
}
/** What a number is: +976 9911 2233, a mobile phone, Mongolia. */
export const whatItIs = (check: NumberCheck): string =>
  check.number === null ? '' : [phoneNumber(check.number), KINDS[check.kind ?? 'unknown'], check.country === null ? null : countryName(check.country)].filter(Boolean).join(', ')
export const howLong = (check: NumberCheck): string => (check.limit_s === null ? '' : `A call could last ${span(check.limit_s)}.`)
