import { expect, test } from 'vitest'
import { drawn, partsOfCall, partsOfDay, partsOfLive, partsOfStaff, spoken, totals } from '../src/kit/timeline'
import { duration } from '../src/kit/format'
import { legend } from '../src/kit/words'

const at = (s: number): string => new Date(1_000_000_000_000 + s * 1000).toISOString()
const now = (s: number): number => 1_000_000_000_000 + s * 1000

test('a call that was left shows the leaving although it has no length', () => {
  const parts = partsOfCall([{ kind: 'wait', s: 48 }, { kind: 'left', s: 0 }])
  expect(parts.map((p) => p.tone)).toEqual(['wait', 'bad'])
  expect(parts[1]?.size).toBeGreaterThan(1)
  expect(spoken(parts, duration)).toBe('wait 0:48, then left')
})

test('parts without length are not drawn', () => {
  expect(partsOfCall([{ kind: 'wait', s: 0 }, { kind: 'talk', s: 5 }])).toHaveLength(1)
})

test('the open part of a running call grows with the clock', () => {
  const line = [{ kind: 'wait', from: at(0), to: at(20) }, { kind: 'talk', from: at(20), to: null }] as const
  expect(partsOfLive(line, now(30)).map((p) => p.size)).toEqual([20, 10])
  expect(partsOfLive(line, now(45)).map((p) => p.size)).toEqual([20, 25])
})

test('a clock behind the server never makes a part negative', () => {
  expect(partsOfLive([{ kind: 'talk', from: at(10), to: null }], now(5))).toEqual([])
})

test('hold and talk are summed over all their parts', () => {
  const line = [
    { kind: 'talk', from: at(0), to: at(10) }, { kind: 'hold', from: at(10), to: at(14) },
    { kind: 'talk', from: at(14), to: null },
  ] as const
  expect(totals(line, now(20))).toEqual({ talk: 16, hold: 4 })
})

test('the legend of a running call names each colour of its line, with all its parts summed', () => {
  const line = [
    { kind: 'menu', from: at(0), to: at(14) }, { kind: 'wait', from: at(14), to: at(20) }, { kind: 'ring', from: at(20), to: at(23) },
    { kind: 'talk', from: at(23), to: at(33) }, { kind: 'hold', from: at(33), to: at(37) }, { kind: 'talk', from: at(37), to: null },
  ] as const
  expect(legend(line, now(43)).map((one) => one.text)).toEqual(['menu 0:14', 'wait 0:06', 'ring 0:03', 'talk 0:16', 'hold 0:04'])
  expect(new Set(legend(line, now(43)).map((one) => one.tone))).toEqual(new Set(partsOfLive(line, now(43)).map((part) => part.tone)))
})

test('an agent’s day begins at the first sign-in, keeps gaps, and ends with the last part', () => {
  const parts = partsOfDay(
    [
      { state: 'offline', from: at(0), to: at(100) }, { state: 'available', from: at(100), to: at(160) },
      { state: 'offline', from: at(160), to: at(200) }, { state: 'paused', from: at(200), to: at(230) },
      { state: 'available', from: at(240), to: at(250) }, { state: 'wrap_up', from: at(250.4), to: at(255) },
      { state: 'offline', from: at(255), to: null },
    ],
    now(300),
  )
  expect(parts.map((p) => [p.tone, p.size])).toEqual([
    ['free', 60], ['none', 40], ['pause', 30], ['none', 10], ['free', 10], ['wrap', 4.6],
  ])
})

test('a queue’s staff is drawn without those who are offline', () => {
  const parts = partsOfStaff({ available: 1, offered: 0, on_call: 2, wrap_up: 0, paused: 1, offline: 9 })
  expect(parts.map((p) => [p.word, p.size])).toEqual([['available', 1], ['talking', 2], ['paused', 1]])
})

const day = Array.from({ length: 300 }, () => [
  { tone: 'free', word: 'Available', size: 20 }, { tone: 'ring', word: 'Ringing', size: 4 },
  { tone: 'talk', word: 'Talking', size: 60 }, { tone: 'wrap', word: 'Wrap-up', size: 12 },
] as const).flat()

test('a line with more parts than there is room for is drawn with fewer, and each state keeps its share', () => {
  const pieces = drawn(day, 60)
  expect(pieces.length).toBeLessThanOrEqual(60)
  const share = (tone: string): number => pieces.filter((p) => p.tone === tone).reduce((sum, p) => sum + p.size, 0) / 28_800
  expect(pieces.reduce((sum, p) => sum + p.size, 0)).toBeCloseTo(28_800)
  for (const [tone, wanted] of [['free', 20 / 96], ['ring', 4 / 96], ['talk', 60 / 96], ['wrap', 12 / 96]] as const)
    expect(Math.abs(share(tone) - wanted)).toBeLessThan(1 / 60)
})

test('a line that has room for its parts is drawn as it is', () => {
  expect(drawn(day.slice(0, 8), 60)).toEqual(day.slice(0, 8))
})

test('many parts are said in sums', () => {
  expect(spoken(day, duration)).toBe('Available 1:40:00, Ringing 20:00, Talking 5:00:00, Wrap-up 1:00:00')
})
