import { afterEach, expect, it, vi } from 'vitest'
import { api, whenProofIsDue } from '../src/links/api'

afterEach(() => vi.unstubAllGlobals())

/** What the app deletes; each by its id, where it has one. */
const deleting = Object.entries(api as unknown as Record<string, (...words: string[]) => Promise<unknown>>).filter(
  ([, ask]) => /['"]DELETE['"]|\/delete`/.test(String(ask)),
)

it.each(deleting)('%s asks for a fresh second factor and is then done, once', async (_, ask) => {
  const asked: string[] = []
  let proven = 0
  vi.stubGlobal('fetch', (path: string, { method }: RequestInit) => {
    asked.push(`${method ?? ''} ${path}`)
    const due = new Response(JSON.stringify({ code: 'mfa_due', detail: 'Confirm with your second factor first' }), { status: 403 })
    return Promise.resolve(proven === 0 ? due : new Response('{}'))
  })
  whenProofIsDue(() => Promise.resolve(++proven > 0))
  await ask('one', 'left')
  expect([proven, asked.length, asked[0] === asked[1]]).toEqual([1, 2, true])
})

it('is all of it', () => expect(deleting.length).toBeGreaterThan(10))
