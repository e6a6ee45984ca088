import { describe, expect, test } from 'vitest'
import { ANY, askedOf, countedOf, filterIn, partsOf, queryOf, without } from '../src/kit/history_filter'

const TODAY = '2026-12-01'

describe('a filter of the history', () => {
  test('is the same after it was written into an address and read again', () => {
    const filter = { span: 'own', from: '2026-11-02', to: '2026-11-05', direction: 'inbound', outcome: 'voicemail', queue: 'que_1', agent: 'usr_2', disposition: 'dsp_3', lasted: '30-120', recorded: 'yes', counted: '', hour: '', number: '' } as const
    expect(queryOf(filter)).toBe('?from=2026-11-02&to=2026-11-05&direction=inbound&outcome=voicemail&queue=que_1&agent=usr_2&disposition=dsp_3&lasted=30-120&recorded=yes')
    expect(filterIn(queryOf(filter))).toEqual(filter)
    expect(filterIn('?when=week')).toEqual({ ...ANY, span: 'week' })
    expect(queryOf(ANY)).toBe('')
  })

  test('asks nothing where the address makes no sense', () => {
    expect(filterIn('?from=2026-13-01&to=2026-02-30')).toEqual(ANY)
    expect(filterIn('?when=ever&from=tomorrow&direction=up&outcome=open&queue=<b>&agent=12&lasted=120-30&recorded=maybe&counted=talk_s&hour=24')).toEqual(ANY)
  })

  test('is asked of the API in days of the organisation', () => {
    expect(askedOf({ ...ANY, span: 'week' }, TODAY)).toEqual({ from: '2026-11-25', to: '2026-12-01' })
    expect(askedOf({ ...ANY, span: 'own', from: '2026-11-05', to: '2026-11-02' }, TODAY)).toEqual({ from: '2026-11-02', to: '2026-11-05' })
    expect(askedOf({ ...ANY, span: 'own', to: '2026-11-02' }, TODAY)).toEqual({ to: '2026-11-02' })
    expect(askedOf({ ...ANY, agent: 'usr_2', queue: 'que_1' }, TODAY)).toEqual({ agent_id: 'usr_2', queue_id: 'que_1' })
    expect(askedOf(ANY, TODAY)).toEqual({})
  })

  test('asks for durations in seconds, and for calls with a recording', () => {
    expect(askedOf({ ...ANY, lasted: '30-120', recorded: 'no', disposition: 'dsp_1' }, TODAY)).toEqual({ min_duration_s: 30, max_duration_s: 120, recorded: false, disposition_id: 'dsp_1' })
    expect(askedOf({ ...ANY, lasted: '600-' }, TODAY)).toEqual({ min_duration_s: 600 })
    expect(partsOf({ ...ANY, lasted: '-45', recorded: 'yes' }, () => '').map((one) => one.word)).toEqual(['Up to 45 s', 'With a recording'])
  })

  test('of a figure of a report keeps what names the figure, and nothing else', () => {
    const figure = filterIn('?from=2026-11-02&to=2026-11-05&queue=none&hour=09&counted=abandoned&outcome=voicemail&recorded=yes')
    expect(figure).toEqual({ ...ANY, span: 'own', from: '2026-11-02', to: '2026-11-05', queue: 'none', hour: '09', counted: 'abandoned' })
    expect(countedOf(figure, TODAY)).toEqual({ measure: 'abandoned', from: '2026-11-02', to: '2026-11-05', queue_id: 'none', hour: '9' })
    expect(countedOf({ ...ANY, counted: 'handled' }, TODAY)).toEqual({ measure: 'handled', from: TODAY, to: TODAY })
    expect(filterIn('?counted=handled')).toEqual({ ...ANY, span: 'today', counted: 'handled' })
    expect(filterIn('?counted=handled&to=2026-11-05')).toEqual({ ...ANY, span: 'own', from: '2026-11-05', to: '2026-11-05', counted: 'handled' })
    expect(filterIn('?counted=handled&when=week')).toEqual({ ...ANY, span: 'week', counted: 'handled' })
    expect(without(figure, 'counted')).toEqual({ ...ANY, span: 'own', from: '2026-11-02', to: '2026-11-05' })
    expect(partsOf(figure, () => '').map((one) => one.word)).toEqual(['Abandoned', 'Mon 2 Nov to Thu 5 Nov', '09:00 to 10:00', 'Without a queue'])
  })

  test('is said in words, part by part, and loses one part at a time', () => {
    const filter = { ...ANY, span: 'own' as const, from: '2026-11-02', outcome: 'voicemail' as const, queue: 'que_1' }
    expect(partsOf(filter, () => 'Support')).toEqual([
      { part: 'span', word: 'since Mon 2 Nov' }, { part: 'outcome', word: 'Voicemail' }, { part: 'queue', word: 'Support' },
    ])
    expect(without(filter, 'span')).toEqual({ ...ANY, outcome: 'voicemail', queue: 'que_1' })
  })
})
