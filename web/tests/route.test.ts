import { readFileSync } from 'node:fs'
import { describe, expect, it, vi } from 'vitest'

vi.stubGlobal('location', { hash: '' })
vi.stubGlobal('addEventListener', () => undefined)
const { parseRoute } = await import('../src/rooms/route.svelte')

describe('an address', () => {
  it.each([
    ['', { name: 'calls' }],
    ['#/', { name: 'calls' }],
    ['#/live', { name: 'live', part: null }],
    ['#/live/wall', { name: 'live', part: 'wall' }],
    ['#/what-if', { name: 'what-if' }],
    ['#/queues/que_1', { name: 'queues', queue: 'que_1' }],
    ['#/queues', { name: 'queues', queue: null }],
    ['#/queues?q=a/b', { name: 'queues', queue: null }],
    ['#/queues/que_1?q=x', { name: 'queues', queue: 'que_1' }],
    ['#/dial/%2B97670001000', { name: 'dial', number: '+97670001000' }],
    ['#/notifications/preferences', { name: 'notifications', part: 'preferences' }],
    ['#/invitation/secret', { name: 'invitation', token: 'secret' }],
  ])('%s is a page', (hash, route) => expect(parseRoute(hash)).toEqual(route))
  it.each(['#/nonsense', '#/live/wal', '#/administration/nonsense', '#/invitation', '#/constructor', '#/__proto__/x'])('%s is none', (hash) => expect(parseRoute(hash)).toEqual({ name: 'unknown' }))
  it('what is no address of the app, as a fragment that another page added, is the first page', () => expect(parseRoute('#_=_')).toEqual({ name: 'calls' }))
})

it('a page of one thing goes back to its list as it is searched', () => {
  for (const [screen, list] of [['FlowHead', 'flows'], ['FlowEditor', 'flows'], ['WebhookDetail', 'webhooks'], ['CrmDetail', 'crm']] as const) {
    const source = readFileSync(new URL(`../src/screens/${screen}.svelte`, import.meta.url), 'utf8')
    expect(source, screen).toContain(`router.searched('#/${list}')`)
    expect(source, screen).not.toMatch(new RegExp(`(href="|hash = ')#/${list}["']`))
  }
})
