import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
// @ts-expect-error of Svelte's own, without types: effects as they run in a browser
import * as svelte from 'svelte/internal/client'
import { ShownPictures } from '../src/rooms/shown_pictures.svelte'

// @ts-expect-error the same
vi.mock('svelte/reactivity', () => import('../node_modules/svelte/src/reactivity/create-subscriber.js'))

const KEPT = 300
const settled = async (): Promise<void> => {
  for (let n = 0; n < 20; n += 1) await new Promise((done) => setTimeout(done))
}

describe('pictures that are shown', () => {
  let fetched: string[]
  let urls: Set<string>
  let ends: (() => void)[]
  const shown = new Map<string, string | null>()
  let pictures: ShownPictures

  const fetch = (tag: string) => async (): Promise<Blob> => {
    fetched.push(tag)
    if (tag.startsWith('bad')) throw new Error('no such picture')
    return Promise.resolve(new Blob([tag]))
  }
  const show = (tag: string): (() => void) => {
    const end = svelte.effect_root(() => {
      svelte.render_effect(() => void shown.set(tag, pictures.of(tag, fetch(tag))))
    }) as () => void
    ends.push(end)
    return end
  }

  beforeEach(() => {
    fetched = []
    urls = new Set()
    ends = []
    shown.clear()
    pictures = new ShownPictures()
    let made = 0
    vi.spyOn(URL, 'createObjectURL').mockImplementation(() => {
      urls.add(`blob:${(made += 1)}`)
      return `blob:${made}`
    })
    vi.spyOn(URL, 'revokeObjectURL').mockImplementation((url) => void urls.delete(url))
  })
  afterEach(() => {
    for (const end of ends) end()
    vi.restoreAllMocks()
  })

  it('are fetched once each, however many are shown at once', async () => {
    const tags = Array.from({ length: KEPT + 5 }, (_, n) => `pic${n}`)
    tags.forEach(show)
    await settled()
    expect(fetched.length).toBe(tags.length)
    expect(tags.filter((tag) => shown.get(tag) === null)).toEqual([])
    expect(tags.every((tag) => urls.has(shown.get(tag) ?? ''))).toBe(true)
  })

  it('go when they are shown no more and there are newer ones, and are fetched again when they are shown anew', async () => {
    const end = show('first')
    await settled()
    end()
    await settled()
    Array.from({ length: KEPT }, (_, n) => `pic${n}`).forEach(show)
    await settled()
    expect(urls.size).toBe(KEPT)
    show('first')
    await settled()
    expect(fetched.filter((tag) => tag === 'first').length).toBe(2)
    expect(urls.has(shown.get('first') ?? '')).toBe(true)
  })

  it('are not asked for again and again where one is refused, and all are gone after clear', async () => {
    show('bad')
    const end = show('good')
    await settled()
    show('other')
    await settled()
    expect(fetched).toEqual(['bad', 'good', 'other'])
    end()
    pictures.clear()
    expect(shown.get('other')).not.toBe(null)
    await settled()
    expect([...urls]).toEqual([shown.get('other')])
    expect(fetched.filter((tag) => tag === 'other').length).toBe(2)
  })
})
