/** What was asked for before a sign-out, and is answered after it, belongs to nobody who is here now. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Me } from '../src/kit/model'
import { plus, type Report } from '../src/kit/reports'
import type { WhatIf } from '../src/kit/what_if'
import { Problem } from '../src/kit/problem'
import { api } from '../src/links/api'
import { supervising } from '../src/links/supervising'
import { account } from '../src/rooms/account.svelte'
import { live } from '../src/rooms/live.svelte'
import { selfAudits } from '../src/rooms/self_audits.svelte'
import { taskOffers } from '../src/rooms/task_offer.svelte'
import { replay } from '../src/rooms/what_if.svelte'

/** The questions that are not answered yet, the oldest first. */
function asked(link: object, name: string): ((answer: unknown) => void)[] {
  const open: ((answer: unknown) => void)[] = []
  vi.spyOn(link as Record<string, () => Promise<unknown>>, name).mockImplementation(() => new Promise((answer) => open.push(answer)))
  return open
}
const settled = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0)

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('document', Object.assign(new EventTarget(), { visibilityState: 'visible' }))
  vi.stubGlobal('addEventListener', () => undefined)
  vi.stubGlobal('removeEventListener', () => undefined)
  vi.stubGlobal('window', globalThis)
})
afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

describe('the live state', () => {
  const snapshot = { at: '2026-11-30T08:00:00.000Z', seq: { tenant: 0, user: 0 }, queues: [], agents: [], calls: [], session: null, call: null, system: {} }

  test('is there while it is asked for, and an answer after the end is dropped', async () => {
    asked(api, 'realtime')
    const snapshots = asked(api, 'live')
    void live.start()
    snapshots[0]?.(snapshot)
    await settled()
    expect(live.state).not.toBeNull()
    void live.refresh()
    live.stop()
    snapshots[1]?.(snapshot)
    await settled()
    expect(live.state).toBeNull()
  })

  test('is connected once, however fast it is ended and begun again', async () => {
    const connected = vi.spyOn(api, 'realtime').mockRejectedValue(new Problem('unavailable', 503, 'Said'))
    asked(api, 'live')
    void live.start()
    live.stop()
    void live.start()
    expect(connected).toHaveBeenCalledTimes(2)
    await vi.advanceTimersByTimeAsync(500)
    expect(connected, 'the first start tries no more').toHaveBeenCalledTimes(3)
    live.stop()
  })
})

test('an offered task that is told of after the end is dropped', async () => {
  const offers = asked(api, 'taskOffers')
  void taskOffers.load()
  taskOffers.stop()
  offers[0]?.({ items: [{ task: { id: 'tsk_1' } }] })
  await settled()
  expect(taskOffers.current).toBeNull()
})

test('self-audits that are told of after the end are dropped', async () => {
  const lists = asked(api, 'selfAudits')
  selfAudits.start()
  selfAudits.stop()
  lists[0]?.({ items: [] })
  await settled()
  expect(selfAudits.list).toBeNull()
})

describe('a day that was replayed', () => {
  const as = (id: string): void => void (account.me = { user: { id }, permissions: [] } as unknown as Me)
  const answer = { day: '2026-11-24', queue_id: 'que_1' } as WhatIf
  beforeEach(() => void vi.spyOn(api, 'report').mockResolvedValue({ time_zone: 'UTC', rows: [] } as unknown as Report))
  afterEach(() => void (account.me = null))

  test('stays for who asked, and is gone with its choices for who signs in after', async () => {
    vi.spyOn(supervising, 'whatIf').mockResolvedValue(answer)
    as('usr_anna')
    await replay.begin()
    replay.choose('que_1')
    replay.day = '2026-11-24'
    await replay.ask({})
    await replay.begin()
    expect([replay.answer, replay.queue, replay.day]).toEqual([answer, 'que_1', '2026-11-24'])
    as('usr_bold')
    await replay.begin()
    expect([replay.answer, replay.real, replay.queue, replay.day]).toEqual([null, null, '', plus(replay.today, -1)])
  })

  test('is dropped when it is told of once somebody else is here', async () => {
    const answers = asked(supervising, 'whatIf')
    as('usr_anna')
    await replay.begin()
    const asking = replay.ask({})
    as('usr_bold')
    await replay.begin()
    expect(replay.busy).toBe(false)
    answers[0]?.(answer)
    expect(await asking).toBe(false)
    expect(replay.answer).toBeNull()
  })

  test('keeps a day that is chosen before the organisation’s clock is known', async () => {
    as('usr_carla')
    const beginning = replay.begin()
    replay.day = '2026-11-20'
    replay.today = '2026-01-01'
    await beginning
    expect(replay.day).toBe('2026-11-20')
  })

  test('what stood against it goes with another queue, and with another visit', async () => {
    vi.spyOn(supervising, 'whatIf').mockRejectedValue(new Problem('too_much', 422, 'Said'))
    as('usr_anna')
    for (const leave of [() => replay.choose('que_2'), () => replay.begin()]) {
      await replay.ask({})
      expect(replay.problem?.code).toBe('too_much')
      await leave()
      expect(replay.problem).toBeNull()
    }
  })
})
