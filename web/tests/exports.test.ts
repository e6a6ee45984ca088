import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { ExportRow } from '../src/kit/model'
import { Problem } from '../src/kit/problem'
import { details } from '../src/links/details'
import { exports } from '../src/rooms/exports.svelte'

/** The answers that are still to be given, the oldest question's first. */
let open: { answer: (ids: string[]) => Promise<void>; refuse: (status: number) => Promise<void> }[] = []
let asked = 0
let end = (): void => undefined
const rows = (ids: string[]): { items: ExportRow[] } => ({ items: ids.map((id) => ({ id, state: 'running' }) as ExportRow) })
const soon = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0)

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('document', Object.assign(new EventTarget(), { visibilityState: 'visible' }))
  open = []
  asked = 0
  exports.rows = null
  exports.problem = null
  vi.spyOn(details, 'exports').mockImplementation(() => {
    asked += 1
    return new Promise((resolve, reject) =>
      open.push({
        answer: async (ids) => (resolve(rows(ids)), void (await soon())),
        refuse: async (status) => (reject(new Problem('code', status, 'Said')), void (await soon())),
      }))
  })
  end = exports.follow()
})
afterEach(() => {
  end()
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

test('how far exports are is asked again only after an answer', async () => {
  await vi.advanceTimersByTimeAsync(60_000)
  expect(asked).toBe(1)
  await open.shift()?.answer(['exp_1'])
  expect(exports.rows?.map((one) => one.id)).toEqual(['exp_1'])
  await vi.advanceTimersByTimeAsync(60_000)
  expect(asked).toBe(2)
})

test.each([[0, 2, null], [503, 2, null], [403, 1, 403], [429, 2, null]] as const)('after a status of %i there are %i questions', async (status, questions, said) => {
  await vi.advanceTimersByTimeAsync(2_000)
  await open.shift()?.refuse(status)
  await vi.advanceTimersByTimeAsync(60_000)
  expect([asked, exports.problem?.status ?? null]).toEqual([questions, said])
})

test('once it is ended, nothing is asked again and nothing is said', async () => {
  await vi.advanceTimersByTimeAsync(2_000)
  end()
  await open.shift()?.refuse(403)
  await vi.advanceTimersByTimeAsync(60_000)
  expect([asked, exports.problem]).toEqual([1, null])
})

test('the answer to an older question does not bring back what was deleted', async () => {
  await vi.advanceTimersByTimeAsync(2_000)
  const loading = exports.load()
  await soon()
  const older = open.shift()
  await open.shift()?.answer(['exp_2'])
  await loading
  await older?.answer(['exp_1', 'exp_2'])
  expect(exports.rows?.map((one) => one.id)).toEqual(['exp_2'])
})
