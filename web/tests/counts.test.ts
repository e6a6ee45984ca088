import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { AdministrationCounts } from '../src/kit/api-types'
import type { Me } from '../src/kit/model'
import { administration } from '../src/links/administration'
import { send } from '../src/links/api'
import { account } from '../src/rooms/account.svelte'
import { counts } from '../src/rooms/counts.svelte'

const later = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms)
const found = (queues: number, attention: AdministrationCounts['attention'] = []): AdministrationCounts => ({ counts: { queues, users: 0 }, attention })
let answers: (() => Promise<AdministrationCounts>)[]
let asked = 0
let close = (): void => undefined

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('document', Object.assign(new EventTarget(), { visibilityState: 'visible' }))
  vi.stubGlobal('fetch', () => Promise.resolve(Response.json({})))
  account.me = { user: { id: 'usr_me' }, permissions: [] } as unknown as Me
  answers = []
  asked = 0
  vi.spyOn(administration, 'counts').mockImplementation(() => {
    asked += 1
    return (answers.shift() ?? ((): Promise<AdministrationCounts> => Promise.resolve(found(3, ['trunks']))))()
  })
})
afterEach(() => {
  close()
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
  vi.useRealTimers()
  account.me = null
})

test('a page has its count, none and unknown ones nothing; what needs somebody is marked', async () => {
  close = counts.open()
  expect([counts.of('queues'), counts.has('queues'), counts.has('audit')]).toEqual([null, true, false])
  await later(0)
  expect([counts.of('queues'), counts.of('people'), counts.of('incidents'), counts.of('audit')]).toEqual([3, null, null, null])
  expect([counts.attention('trunks'), counts.attention('queues'), counts.attention('audit')]).toEqual([true, false, false])
})

test('several changes one after the other are asked about once, and questions and drafts of flows not at all', async () => {
  close = counts.open()
  await later(0)
  await send('POST', '/v1/queues')
  await send('DELETE', '/v1/queues/que_1')
  await later(1_000)
  expect(asked).toBe(2)
  for (const [method, path] of [['PUT', '/v1/flows/flw_1'], ['POST', '/v1/flows/flw_1/validate'], ['POST', '/v1/session/heartbeat'], ['GET', '/v1/queues'], ['POST', '/v1/queueserver']] as const) await send(method, path)
  await later(1_000)
  expect(asked).toBe(2)
})

test('an answer that a later question overtook is dropped, and a failure leaves what was known', async () => {
  let slow = (_: AdministrationCounts): void => undefined
  answers = [() => new Promise((answer) => (slow = answer)), () => Promise.resolve(found(5)), () => Promise.reject(new Error('away'))]
  close = counts.open()
  await send('POST', '/v1/queues', {})
  await later(1_000)
  slow(found(4))
  await later(0)
  expect(counts.of('queues')).toBe(5)
  await later(60_000)
  expect([asked, counts.of('queues')]).toEqual([3, 5])
})

test('another user sees nothing of what was known before', async () => {
  close = counts.open()
  await later(0)
  close()
  account.me = { user: { id: 'usr_other' }, permissions: [] } as unknown as Me
  answers = [() => new Promise(() => undefined)]
  close = counts.open()
  expect(counts.of('queues')).toBe(null)
})
