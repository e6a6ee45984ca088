import { afterEach, expect, test, vi } from 'vitest'
import { api } from '../src/links/api'

afterEach(() => vi.unstubAllGlobals())

test('people come in pages and are shown by name', async () => {
  const asked: string[] = []
  const pages = [{ items: [{ id: 'a', name: 'Zoe' }, { id: 'b', name: 'Bat' }], next: 'x+/y' }, { items: [{ id: 'c', name: 'Anna' }], next: null }]
  vi.stubGlobal('fetch', (path: string) => {
    asked.push(path)
    return Promise.resolve(new Response(JSON.stringify(pages[asked.length - 1])))
  })
  expect((await api.people()).items.map((one) => one.id)).toEqual(['c', 'b', 'a'])
  expect(asked).toEqual(['/v1/users?limit=500', '/v1/users?limit=500&cursor=x%2B%2Fy'])
})

test('what else is asked for stays in each page', async () => {
  const asked: string[] = []
  vi.stubGlobal('fetch', (path: string) => {
    asked.push(path)
    return Promise.resolve(new Response(JSON.stringify({ items: [], next: asked.length < 2 ? 'more' : null })))
  })
  await api.dispositions('que_1')
  expect(asked).toEqual(['/v1/dispositions?queue_id=que_1&limit=500', '/v1/dispositions?queue_id=que_1&limit=500&cursor=more'])
})
