import { afterEach, describe, expect, it, vi } from 'vitest'
import { matches } from '../src/kit/search'

describe('a row', () => {
  it('is found by words in any order, in any script, without case and accents', () => {
    expect(matches('sup eng', ['English support', null])).toBe(true)
    expect(matches('БОРЛУУЛАЛТ', ['Борлуулалт, орой'])).toBe(true)
    expect(matches('zoe', ['Zoë'])).toBe(true)
    expect(matches('sup fra', ['English support', 'france'])).toBe(true)
    expect(matches('sup ita', ['English support', 'france'])).toBe(false)
  })
  it('is found by a number however it is grouped', () => {
    for (const typed of ['99110718', '9911 0718', '+976 9911', '(976) 99-11']) expect(matches(typed, ['+976 9911 0718 · Support']), typed).toBe(true)
    expect(matches('8811', ['+976 9911 0718'])).toBe(false)
    // Two rows' digits are no number, and neither is one digit.
    expect(matches('77', ['leads to 7', '7'])).toBe(false)
  })
  it('is there while nothing is asked', () => expect(matches('  ', ['anything'])).toBe(true))
})

describe('what is searched for', () => {
  afterEach(() => {
    vi.useRealTimers()
    vi.unstubAllGlobals()
  })

  async function at(hash: string) {
    vi.resetModules()
    vi.useFakeTimers()
    const listeners: (() => void)[] = []
    const location = { hash }
    const replaceState = vi.fn((_data: unknown, _title: string, to: string) => void (location.hash = to))
    vi.stubGlobal('location', location)
    vi.stubGlobal('history', { replaceState })
    vi.stubGlobal('addEventListener', (_kind: string, listener: () => void) => listeners.push(listener))
    const { router } = await import('../src/rooms/route.svelte')
    return { router, location, replaceState, go: (to: string) => { location.hash = to; listeners.forEach((each) => each()) } }
  }

  it('is read from the address', async () => {
    const { router } = await at('#/queues?q=%D0%91%D0%BE%D1%80+a%26b')
    expect([router.search, router.route]).toEqual(['Бор a&b', { name: 'queues', queue: null }])
  })
  it('is written to it once typing rests, and is kept where one of the list is opened', async () => {
    const { router, location, replaceState } = await at('#/queues')
    for (const typed of ['s', 'su', 'sup']) router.lookFor(typed)
    expect(replaceState).not.toHaveBeenCalled()
    vi.advanceTimersByTime(300)
    expect([location.hash, replaceState.mock.calls.length]).toEqual(['#/queues?q=sup', 1])
    expect(router.searched('#/queues/que_1')).toBe('#/queues/que_1?q=sup')
    router.lookFor('')
    vi.advanceTimersByTime(300)
    expect([location.hash, router.searched('#/queues/que_1')]).toEqual(['#/queues', '#/queues/que_1'])
  })
  it('is that of the list which is open, and a late word of another one is not written over it', async () => {
    const { router, location, go } = await at('#/queues')
    router.lookFor('sup')
    go('#/numbers')
    vi.advanceTimersByTime(300)
    expect([location.hash, router.search]).toEqual(['#/numbers', ''])
  })
})
