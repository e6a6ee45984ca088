/** The list of calls where the server looks through them one by one: what is said of an empty page, and how often it is asked. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { CallPage } from '../src/kit/model'

const narrowed = vi.hoisted(() => ({ scans: true, tail: '', parts: [{ part: 'recorded', word: '' }], page: (..._asked: unknown[]): Promise<unknown> => Promise.reject(new Error()) }))
const live = vi.hoisted(() => ({ records: 0 }))
vi.mock('../src/rooms/history_filter.svelte', () => ({ narrowed }))
vi.mock('../src/rooms/live.svelte', () => ({ live }))

let pages: CallPage[]
let asked: unknown[][]
let answers: (() => void)[]
let history: (typeof import('../src/rooms/history.svelte'))['history']
const later = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms)
const page = (ids: string[], next: string | null = null): CallPage => ({ items: ids.map((id) => ({ id, at: id })), next }) as unknown as CallPage

beforeEach(async () => {
  vi.useFakeTimers()
  vi.resetModules()
  pages = []
  asked = []
  answers = []
  Object.assign(narrowed, {
    scans: true,
    page: (...words: unknown[]) => {
      asked.push(words)
      return Promise.resolve(pages.shift() ?? page([]))
    },
  })
  ;({ history } = await import('../src/rooms/history.svelte'))
})
afterEach(() => vi.useRealTimers())

test('a page without a call is no proof that there is none: what hides them is asked at the end alone', async () => {
  pages = [page([], 'older'), page([], null), page(['a'])]
  history.again()
  await later(0)
  expect([history.rows, history.next, asked.length, history.hiding]).toEqual([[], 'older', 1, null])
  await history.more()
  await later(0)
  expect(asked.map((words) => words.slice(0, 2))).toEqual([[25, null], [25, 'older'], [1, null]])
  expect(history.hiding).toEqual(['recorded'])
})

test('new calls are looked for one page at a time, and seldom', async () => {
  Object.assign(narrowed, {
    page: (...words: unknown[]) => {
      asked.push(words)
      return new Promise((answer) => answers.push(() => answer(page([]))))
    },
  })
  const told = async (): Promise<void> => {
    live.records += 1
    history.news()
    await later(0)
  }
  for (let i = 0; i < 4; i += 1) await told()
  expect(asked).toEqual([[25, null, '', null, 1]])
  answers.shift()?.()
  await later(29_000)
  expect(asked.length).toBe(1)
  await later(1_000)
  expect(asked.length).toBe(2)
  answers.shift()?.()
  await later(60_000)
  expect(asked.length).toBe(2)
})

test('where a page costs little, each call that ends is shown at once', async () => {
  narrowed.scans = false
  history.news()
  history.news()
  await later(0)
  expect(asked.length).toBe(2)
})
