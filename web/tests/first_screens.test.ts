import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { isReloaded, reloadWhenThere } from '../src/links/another_page'
import { patiently } from '../src/links/patiently'
import { actOf } from '../src/rooms/push_acts'
import { policy } from '../src/rooms/policy.svelte'

const soon = (): Promise<unknown> => new Promise((done) => setTimeout(done, 0))
const DUE = { to_accept: true, current: { version: '2026-12-02', hash: 'h', blocks: [] } }
const CALL = 'call_01j000000000000000000000ab'

describe('the policy that is to be accepted', () => {
  let answers: (() => Promise<Response>)[] = []
  let asked = 0
  const lost = (): Promise<Response> => Promise.reject(new TypeError('Failed to fetch'))
  const due = (): Promise<Response> => Promise.resolve(Response.json(DUE))

  beforeEach(() => {
    asked = 0
    policy.stop()
    vi.stubGlobal('localStorage', { getItem: () => 'tok_1' })
    vi.stubGlobal('fetch', () => {
      asked++
      return (answers.shift() ?? lost)()
    })
  })
  afterEach(() => vi.unstubAllGlobals())

  test.each([
    ['the network is not there yet', lost],
    ['the server is not there yet', () => Promise.resolve(Response.json({}, { status: 503 }))],
    ['a second factor is to be set up first', () => Promise.resolve(Response.json({ code: 'mfa_setup_due' }, { status: 403 }))],
  ])('is asked for again once it is known who is signed in, and nothing opens before, where %s', async (_, first) => {
    answers = [first, due]
    await policy.load()
    expect([policy.asking, policy.due]).toEqual([true, null])
    policy.begin()
    await soon()
    expect([policy.asking, policy.due]).toEqual([false, DUE])
  })

  test('is asked for again where what fails was under way when that was known', async () => {
    let fail = (_: Error): void => undefined
    answers = [() => new Promise((_, refuse) => (fail = refuse)), due]
    const early = policy.load()
    await soon()
    policy.begin()
    fail(new TypeError('Failed to fetch'))
    await early
    expect([asked, policy.asking, policy.due]).toEqual([2, false, DUE])
  })

  test('is asked for once where the server says it, and keeps nobody from calls where it does not', async () => {
    answers = [due]
    await policy.load()
    policy.begin()
    await soon()
    expect([asked, policy.due]).toEqual([1, DUE])
    policy.stop()
    policy.begin()
    await soon()
    expect([asked, policy.asking, policy.due]).toEqual([2, false, null])
  })
})

test('texts that cannot be fetched fail after three tries, and need no fourth where one succeeds', async () => {
  let tries = 0
  await expect(patiently(() => Promise.reject(new TypeError(`${++tries}`)), 0)).rejects.toThrow('3')
  expect(await patiently(() => (++tries < 6 ? Promise.reject(new TypeError('lost')) : Promise.resolve(tries)), 0)).toBe(6)
})

describe('a screen whose file cannot be fetched', () => {
  test('gets another page as soon as the server answers, unless something came between, and once by itself', async () => {
    vi.useFakeTimers()
    let reloads = 0
    const statuses = [0, 502, 200]
    const fetched: unknown[] = []
    vi.stubGlobal('location', { reload: () => void reloads++ })
    vi.stubGlobal('fetch', (_: string, { method }: RequestInit) => {
      fetched.push(method)
      const status = statuses.shift() ?? 200
      return status === 0 ? Promise.reject(new TypeError('Failed to fetch')) : Promise.resolve({ status })
    })
    reloadWhenThere()
    await vi.advanceTimersByTimeAsync(6_500)
    expect([reloads, fetched]).toEqual([0, ['HEAD', 'HEAD']])
    await vi.advanceTimersByTimeAsync(3_000)
    expect(reloads).toBe(1)
    const stop = reloadWhenThere()
    await vi.advanceTimersByTimeAsync(1_000)
    stop()
    await vi.advanceTimersByTimeAsync(9_000)
    expect(reloads).toBe(1)
    vi.stubGlobal('performance', { getEntriesByType: () => [{ type: 'navigate' }] })
    expect(isReloaded()).toBe(false)
    vi.stubGlobal('performance', { getEntriesByType: () => [{ type: 'reload' }] })
    expect(isReloaded()).toBe(true)
    vi.useRealTimers()
    vi.unstubAllGlobals()
  })
})

describe('a click on a notification', () => {
  let click = (_: { data: unknown }): void => undefined
  const said = (does: string): { data: unknown } => ({ data: { call24: does, call: CALL } })

  beforeEach(() => {
    vi.resetModules()
    vi.stubGlobal('navigator', { serviceWorker: { addEventListener: (_: string, heard: typeof click) => (click = heard) } })
  })
  afterEach(() => vi.unstubAllGlobals())

  test('before the app is there waits for it, the last one; later ones are told at once', async () => {
    const { hearClicks, listenForClicks } = await import('../src/links/clicks')
    listenForClicks()
    click(said('open'))
    click(said('answer'))
    const told: (string | undefined)[] = []
    const stop = hearClicks((data, at) => told.push(actOf(data, at)?.does))
    expect(told).toEqual(['answer'])
    click(said('decline'))
    stop()
    hearClicks((data, at) => told.push(actOf(data, at)?.does))
    expect(told).toEqual(['answer', 'decline'])
  })

  test('that is older than its call rings is over', async () => {
    const { hearClicks, listenForClicks } = await import('../src/links/clicks')
    listenForClicks()
    vi.spyOn(Date, 'now').mockReturnValueOnce(Date.now() - 31_000)
    click(said('answer'))
    const told: unknown[] = []
    hearClicks((data) => told.push(data))
    expect(told).toEqual([])
  })
})

test('what is seen first listens for clicks before it waits for anything', () => {
  const main = readFileSync(new URL('../src/main.ts', import.meta.url), 'utf8')
  expect(main.indexOf('listenForClicks()\n')).toBeGreaterThan(0)
  expect(main.indexOf('listenForClicks()\n')).toBeLessThan(main.indexOf('void loadFirst()'))
})
