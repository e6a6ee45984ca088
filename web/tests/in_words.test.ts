/** What the server says in English is a text of the app; tests run without translations, so a text shows its English. */
import { afterEach, describe, expect, test, vi } from 'vitest'
import { api } from '../src/links/api'
import { administration } from '../src/links/administration'
import * as language from '../src/links/language'
import { fieldText } from '../src/kit/field_text'
import { inTexts, whole, type Text } from '../src/kit/said'
import { timelineText } from '../src/kit/timeline_text'

/** As a language would have them: each says that it was translated. */
const TEXTS: readonly Text[] = [
  [/^(.*) ended the call: (.*)$/s, (gaps) => `<${gaps[0]} E ${gaps[1]}>`],
  [/^Waits for (.*)$/s, (gaps) => `<W ${gaps[0]}>`],
  [/^the line was busy$/s, () => '<busy>'],
]

afterEach(() => {
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
  vi.doUnmock('../src/kit/timeline_text')
  vi.doUnmock('../src/kit/field_text')
})

describe('a sentence', () => {
  test('has its gaps filled, by a text where one stands there', () => {
    const said = (text: string): string => inTexts(TEXTS, text, whole(TEXTS))
    expect([said('Bat ended the call: the line was busy'), said('Bat ended the call: 17'), said('Waits for Bat ended the call: 17'), said('The phone rings')])
      .toEqual(['<Bat E <busy>>', '<Bat E 17>', '<Waits for Bat E 17>', 'The phone rings'])
  })

  test('of a timeline and of a flow is found, and what is unknown stays', () => {
    for (const text of ['Left the queue: the longest wait was over', 'Waits for Bat or Anna Maria Smith or Dulam', 'Anna Maria left', 'The caller hung up while Call24 was away', 'Something new'])
      expect(timelineText(text)).toBe(text)
    for (const text of ['“lunch” does not exist: choose where to continue after key 1, or create that node.', 'Calls to this country are not allowed: choose another number, or change the toll-fraud policy.'])
      expect(fieldText(text)).toBe(text)
  })
})

describe('on a page in another language', () => {
  const answers = (body: unknown): unknown => vi.stubGlobal('fetch', () => Promise.resolve(new Response(JSON.stringify(body))))

  test('a call’s timeline and a flow’s problems are in its words', async () => {
    vi.spyOn(language, 'language').mockReturnValue('mn')
    vi.doMock('../src/kit/timeline_text', () => ({ timelineText: (text: string) => `mn ${text}` }))
    vi.doMock('../src/kit/field_text', () => ({ fieldText: (text: string) => `mn ${text}` }))
    answers({ id: 'call_1', timeline: [{ at: '', event: 'CallArrived', text: 'The call came in' }] })
    expect((await api.call('call_1')).timeline).toEqual([{ at: '', event: 'CallArrived', text: 'mn The call came in' }])
    answers({ problems: [{ code: 'no_start', node_id: null, text: 'Choose.' }] })
    expect((await administration.validateFlow('flw_1')).problems).toEqual([{ code: 'no_start', node_id: null, text: 'mn Choose.' }])
  })

  test('in English they stay as they are', async () => {
    vi.spyOn(language, 'language').mockReturnValue('en')
    answers({ id: 'call_1', timeline: [{ at: '', event: 'CallArrived', text: 'The call came in' }] })
    expect((await api.call('call_1')).timeline[0]?.text).toBe('The call came in')
  })
})
