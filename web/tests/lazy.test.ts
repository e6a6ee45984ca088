import { readdirSync, readFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'

type Lazy = typeof import('../src/rooms/lazy.svelte')
const HERE = 'https://call24.test:8024/assets/Files-abc.js'
const lost = (url: string): Promise<never> => Promise.reject(new TypeError(`Failed to fetch dynamically imported module: ${url}`))

describe('a part of the app that is fetched when it is opened', () => {
  let lazy: Lazy['lazy']
  let tryAgain: Lazy['tryAgain']
  beforeEach(async () => {
    vi.resetModules()
    vi.stubGlobal('location', { origin: 'https://call24.test:8024' })
    ;({ lazy, tryAgain } = await import('../src/rooms/lazy.svelte'))
  })
  afterEach(() => vi.unstubAllGlobals())

  test('is fetched once, whoever asks for it', async () => {
    const load = vi.fn(() => Promise.resolve('files'))
    const first = lazy('Files', load)
    expect(lazy('Files', load)).toBe(first)
    expect([await first, load.mock.calls.length]).toEqual(['files', 1])
  })

  test('that could not be fetched is fetched again when somebody tries again, and what is there stays', async () => {
    const there = lazy('Activity', () => Promise.resolve('activity'))
    const answers = [lost(HERE), Promise.resolve('files')]
    answers[0]?.catch(() => undefined)
    const load = vi.fn(() => answers.shift() as Promise<string>)
    const fresh = vi.fn(() => Promise.resolve('fresh'))
    await expect(lazy('Files', load, fresh)).rejects.toThrow('Files-abc')
    tryAgain()
    expect([await lazy('Files', load, fresh), fresh.mock.calls]).toEqual(['files', []])
    expect(lazy('Activity', () => Promise.resolve('other'))).toBe(there)
  })

  test('whose failure the browser keeps is fetched under another address, a new one each time', async () => {
    const asked: string[] = []
    const fresh = (url: string): Promise<unknown> => {
      asked.push(url)
      return asked.length === 1 ? lost(url) : Promise.resolve('fresh')
    }
    const load = (): Promise<string> => lost(HERE)
    await expect(lazy('Files', load, fresh)).rejects.toThrow()
    expect(asked).toEqual([])
    tryAgain()
    await expect(lazy('Files', load, fresh)).rejects.toThrow('again=1')
    tryAgain()
    expect(await lazy('Files', load, fresh)).toBe('fresh')
    expect(asked).toEqual([`${HERE}?again=1`, `${HERE}?again=2`])
  })

  test.each([['of another origin', `https://elsewhere.test/Files.js`], ['that nobody names', 'it']])('is not fetched from an address %s', async (_, named) => {
    const fresh = vi.fn(() => Promise.resolve('fresh'))
    const load = (): Promise<string> => lost(named)
    await expect(lazy('Files', load, fresh)).rejects.toThrow()
    tryAgain()
    await expect(lazy('Files', load, fresh)).rejects.toThrow()
    expect(fresh).not.toHaveBeenCalled()
  })
})

describe('every screen that waits for a file', () => {
  const screens = new URL('../src/screens/', import.meta.url)
  const waits = readdirSync(screens).flatMap((file) => readFileSync(new URL(file, screens), 'utf8').split('{#await ').slice(1).map((wait) => [file, wait.slice(0, wait.indexOf('{/await}'))] as const)).filter(([, wait]) => /^(lazy\(|import\(|inside\()/.test(wait))

  test('says so where it cannot be had, and offers to try again', () => {
    expect(waits.length).toBeGreaterThan(80)
    expect(waits.filter(([, wait]) => !/\{:catch\}.*<NotLoaded .*\/>/s.test(wait)).map(([file]) => file)).toEqual([])
    expect(waits.filter(([, wait]) => !wait.startsWith('lazy(')).map(([file]) => file)).toEqual(['App.svelte'])
  })

  test('asks for it by its own name: a part is remembered by it', () => {
    const named = waits.flatMap(([, wait]) => [...wait.matchAll(/^lazy\('(\w+)', \(\) => import\('\.\/(\w+)\.svelte'\)\)/g)])
    expect(named.length).toBe(waits.length - 1)
    expect(named.filter(([, name, file]) => name !== file?.replace(/^./, (first) => first.toLowerCase()))).toEqual([])
  })

  test('the one that is not asked for anew is the app behind the sign-in: only another page opens its rooms', () => {
    expect(readFileSync(new URL('App.svelte', screens), 'utf8')).toContain('{#await inside()}<Starting away={false} />{:then { default: Inside }}<Inside />{:catch}<NotLoaded whole />{/await}')
  })
})
