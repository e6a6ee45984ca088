import { describe, expect, it } from 'vitest'
import { beforeSaid, chart, comparedSaid, dayIn, daysOf, difference, drilled, FIRST, remembered, roundTop, shownValue, type Compared, type Report } from '../src/kit/reports'

const report = (rows: [string, number, number, number | null][]): Report => ({
  by: 'hour', from: '2026-03-29', to: '2026-03-29', time_zone: 'Europe/Berlin', measures: [], total: {}, before: null,
  rows: rows.map(([name, offered, answered, service_level]) => ({ key: name, name, values: { offered, answered, service_level }, before: null })),
})

describe('spans', () => {
  it('count days on the organisation\'s clock, also where the reader is elsewhere', () => {
    const now = Date.parse('2026-03-28T23:30:00Z')
    expect(dayIn('Asia/Ulaanbaatar', now)).toBe('2026-03-29')
    expect(dayIn('America/New_York', now)).toBe('2026-03-28')
  })
  it.each([
    ['today', ['2026-03-01', '2026-03-01']],
    ['yesterday', ['2026-02-28', '2026-02-28']],
    ['week', ['2026-02-23', '2026-03-01']],
    ['month', ['2026-03-01', '2026-03-01']],
    ['this-week', ['2026-02-23', '2026-03-01']],
    ['last-week', ['2026-02-16', '2026-02-22']],
    ['last-month', ['2026-02-01', '2026-02-28']],
  ] as const)('%s', (span, days) => expect(daysOf({ ...FIRST, span }, '2026-03-01')).toEqual(days))
  it('of one\'s own are put right, and one day is enough', () => {
    const own = { ...FIRST, span: 'own' as const, from: '2026-03-09' }
    expect(daysOf({ ...own, to: '2026-03-02' }, '2026-03-10')).toEqual(['2026-03-02', '2026-03-09'])
    expect(daysOf(own, '2026-03-10')).toEqual(['2026-03-09', '2026-03-09'])
    expect(daysOf({ ...own, from: '' }, '2026-03-10')).toEqual(['2026-03-10', '2026-03-10'])
  })
})

describe('what is remembered', () => {
  it('comes back as it was', () => {
    const choice = { ...FIRST, span: 'last-month' as const, by: 'agent' as const, queue: 'que_1', agent: 'usr_1', direction: 'inbound' as const, measures: ['handled'] }
    expect(remembered(JSON.stringify(choice))).toEqual(choice)
  })
  it.each([null, '', '{', '7', '{"span":"century","by":"mood","from":"x"}'])('of another kind (%s) is the first choice', (text) => expect(remembered(text)).toEqual(FIRST))
})

describe('values', () => {
  it.each([
    [null, 's', '–'], [undefined, 'count', '–'], [0, 's', '0:00'], [65.4, 's', '1:05'], [59.6, 's', '1:00'], [3725, 's', '1:02:05'],
    [0.916, 'share', '92 %'], [12_345, 'count', '12,345'],
  ] as const)('%s %s', (value, unit, text) => expect(shownValue(value, unit)).toBe(text))
})

describe('the chart', () => {
  it('stacks answered and the rest up to a round top', () => {
    const { bars, top } = chart(report([['09:00', 16, 12, 0.75], ['10:00', 0, 0, null]]))
    expect(top).toBe(20)
    expect(bars[0]).toMatchObject({ x: 0, width: 0.5, answered: 0.6, rest: 0.2, level: 0.75 })
    expect(bars[1]).toMatchObject({ answered: 0, rest: 0, level: null })
  })
  it('breaks the line where nothing was measured', () => {
    expect(chart(report([['a', 1, 1, 1], ['b', 1, 1, 0.5], ['c', 0, 0, null], ['d', 1, 0, 0]])).line).toBe('M0.1250 0.0000L0.3750 0.5000M0.8750 1.0000')
  })
  it('has the same weekdays before as a line that the axis has room for', () => {
    const compared = report([['a', 4, 4, null], ['b', 2, 2, null], ['c', 1, 1, null]])
    const rows = compared.rows.map((row, n) => ({ ...row, before: n === 1 ? null : { offered: n === 0 ? 10 : 5 } }))
    const drawn = chart({ ...compared, rows, before: { from: '', to: '', until: null, total: {} } })
    expect([drawn.top, drawn.former]).toEqual([10, 'M0.1667 0.0000L0.8333 0.5000'])
    expect(chart(compared).former).toBe('')
  })
  it('has room for one bar and for none', () => {
    expect(chart(report([])).bars).toEqual([])
    expect([0, 1, 3, 10, 11, 999].map(roundTop)).toEqual([1, 1, 5, 10, 20, 1000])
  })
})

describe('a figure', () => {
  const days = { from: '2026-03-01', to: '2026-03-07' }
  it('leads to the calls that it counts', () => {
    expect(drilled({ by: 'hour', ...days }, {}, 'abandoned', 3, '09')).toBe('#/history?from=2026-03-01&to=2026-03-07&hour=09&counted=abandoned')
    expect(drilled({ by: 'day', ...days }, { queue: 'que_1' }, 'answered', 3, '2026-03-02')).toBe('#/history?from=2026-03-02&to=2026-03-02&queue=que_1&counted=answered')
    expect(drilled({ by: 'disposition', ...days }, {}, 'handled', 1, null)).toBe('#/history?from=2026-03-01&to=2026-03-07&disposition=none&counted=handled')
    expect(drilled({ by: 'agent', ...days }, {}, 'took', 9, undefined)).toBe('#/history?from=2026-03-01&to=2026-03-07&counted=took')
  })
  it.each([['talk_s', 60], ['service_level', 0.9], ['signed_in_s', 9], ['abandoned', 0], ['abandoned', null]] as const)('of %s %s leads nowhere', (measure, value) => {
    expect(drilled({ by: 'hour', ...days }, {}, measure, value, '09')).toBeNull()
  })
  it('says by how much it differs from the one before', () => {
    expect(difference(12, 9, 'count')).toEqual({ short: '+3', words: '3 more than before: 9' })
    expect(difference(0.86, 0.91, 'share')).toEqual({ short: '−5', words: '5 points less than before: 91 %' })
    expect(difference(65, 70.4, 's')).toEqual({ short: '−0:05', words: '0:05 less than before: 1:10' })
    expect(difference(5, 5, 'count')).toEqual({ short: '±0', words: 'the same as before: 5' })
    expect(difference(5, null, 's')).toBeNull()
    expect(difference(null, 5, 's')).toBeNull()
  })
  it('is of days that are named, and of the time of day up to which they are compared', () => {
    expect(beforeSaid({ from: '2026-02-22', to: '2026-02-28', until: null, total: {} }, 'UTC')).toBe('Compared with Sun 22 Feb to Sat 28 Feb.')
    expect(beforeSaid({ from: '2026-02-22', to: '2026-02-22', until: '2026-02-22T07:40:00.000Z', total: {} }, 'Asia/Ulaanbaatar')).toBe('Compared with Sun 22 Feb, up to 15:40 as today.')
  })
})

describe('the nightly comparison', () => {
  const night = (day: string, calls: number, found = 0, state: Compared['state'] = 'done'): Compared => ({ day, state, calls, found })
  it('says of the newest day that was compared that all is well', () => {
    const said = comparedSaid([night('2026-03-03', 0, 0, 'no_log'), night('2026-03-02', 1204), night('2026-03-01', 7)])
    expect(said).toEqual({ text: "Compared with the telephone system's own log: on 2026-03-02 all 1,204 calls agree.", differs: false })
  })
  it('names every day that differs, and counts', () => {
    const said = comparedSaid([night('2026-03-03', 9, 1), night('2026-03-02', 5), night('2026-03-01', 7, 2)])
    expect(said).toEqual({ text: "3 differences between the call records and the telephone system's own log: 2026-03-03, 2026-03-01.", differs: true })
    expect(comparedSaid([night('2026-03-03', 9, 1)])?.text).toContain('One difference')
  })
  it('says nothing where nothing was compared', () => {
    expect(comparedSaid([])).toBeNull()
    expect(comparedSaid([night('2026-03-03', 0, 0, 'no_log')])).toBeNull()
  })
})
