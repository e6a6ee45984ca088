import { readFileSync } from 'node:fs'
import { beforeEach, expect, test } from 'vitest'
import { bytes, same } from '../src/links/push'
import { actOf, placeOf } from '../src/rooms/push_acts'

interface Shown { title: string; options: Record<string, unknown> }
interface Page { visibilityState: string; focused: boolean; told: unknown[]; postMessage: (said: unknown) => void; focus: () => void }

const CALL = 'call_01j000000000000000000000ab'
let shown: Shown[] = []
let opened: string[] = []
let pages: Page[] = []
let listeners: Record<string, (event: never) => void> = {}

function page(focused: boolean): Page {
  const made: Page = { visibilityState: focused ? 'visible' : 'hidden', focused, told: [], postMessage: (said) => void made.told.push(said), focus: () => undefined }
  return made
}

/** The worker as it is shipped, in a browser that notes what it is asked. */
beforeEach(() => {
  shown = []
  opened = []
  pages = []
  listeners = {}
  const self = {
    addEventListener: (name: string, heard: (event: never) => void) => (listeners[name] = heard),
    registration: { showNotification: async (title: string, options: Record<string, unknown>) => void shown.push({ title, options }) },
    clients: { matchAll: async () => pages, openWindow: async (url: string) => void opened.push(url) },
  }
  const source = readFileSync(new URL('../src/sw.js', import.meta.url), 'utf8')
  new Function('self', 'caches', 'location', source)(self, {}, { origin: 'https://call.example' })
})

async function happens(name: string, event: Record<string, unknown>): Promise<void> {
  let work: Promise<unknown> = Promise.resolve()
  listeners[name]?.({ ...event, waitUntil: (asked: Promise<unknown>) => (work = asked) } as never)
  await work
}

const pushed = (message: unknown): Promise<void> => happens('push', { data: { json: () => message } })
/** The server says its words in the language of the app on this device. */
const WORDS = { answer: 'Хариулах', decline: 'Татгалзах', missed: 'Аваагүй дуудлага' }
const RING = { kind: 'incoming_call', title: 'Call from Bat', body: 'Sales', tag: 'call off_1', call_id: CALL, ringing: true, until: '2999-01-01T00:00:00+00:00' }

test('a call rings on the screen until somebody acts, with who calls and two answers', async () => {
  await pushed(RING)
  expect(shown).toHaveLength(1)
  expect(shown[0]?.title).toBe('Call from Bat')
  expect(shown[0]?.options).toMatchObject({ body: 'Sales', tag: 'call off_1', requireInteraction: true, renotify: true, silent: false })
  expect((shown[0]?.options['actions'] as { action: string }[]).map((one) => one.action)).toEqual(['answer', 'decline'])
})

test('what became of it takes its place without a sound', async () => {
  await pushed({ kind: 'call_over', title: 'Answered by Anna', body: '', tag: 'call off_1', silent: true })
  expect(shown[0]?.options).toMatchObject({ tag: 'call off_1', requireInteraction: false, silent: true, actions: [] })
})

test('a ring that comes too late is shown as a missed call', async () => {
  await pushed({ ...RING, until: '2020-01-01T00:00:00+00:00' })
  expect(shown[0]).toMatchObject({ title: 'Missed call', options: { body: 'Call from Bat', requireInteraction: false, actions: [] } })
})

test('the words of a call are those that came with it', async () => {
  await pushed({ ...RING, ...WORDS })
  await pushed({ ...RING, ...WORDS, until: '2020-01-01T00:00:00+00:00' })
  expect((shown[0]?.options['actions'] as { title: string }[]).map((one) => one.title)).toEqual(['Хариулах', 'Татгалзах'])
  expect(shown[1]?.title).toBe('Аваагүй дуудлага')
})

test('an app that is on the screen rings itself: the notification makes no sound', async () => {
  pages = [page(true)]
  await pushed(RING)
  expect(shown[0]?.options).toMatchObject({ silent: true, renotify: false })
})

test('whatever is pushed, something is shown', async () => {
  await happens('push', { data: null })
  await happens('push', { data: { json: () => { throw new SyntaxError('no JSON') } } })
  await pushed({ title: 4 })
  expect(shown.map((one) => one.title)).toEqual(['Call24', 'Call24', 'Call24'])
})

async function click(action: string, data: unknown): Promise<void> {
  await happens('notificationclick', { notification: { data, close: () => undefined }, action })
}

test('an answer is told to the app that is open, else the app is opened at the call', async () => {
  await click('answer', { url: '/', call: CALL })
  expect(opened).toEqual([`https://call.example/?call24=answer&call=${CALL}`])
  pages = [page(false)]
  await click('decline', { url: '/', call: CALL })
  expect(pages[0]?.told).toEqual([{ call24: 'decline', call: CALL }])
  expect(opened).toHaveLength(1)
})

test('a click on what is no call leads an open app to its place, without loading it anew', async () => {
  pages = [page(false)]
  await click('', { url: '/#/work', call: null })
  await click('', { url: '/', call: null })
  expect(pages[0]?.told).toEqual([{ call24: 'show', place: '#/work' }])
  expect(opened).toEqual([])
  expect(placeOf({ call24: 'show', place: '#/work' })).toBe('#/work')
  for (const other of [null, {}, { call24: 'show' }, { call24: 'show', place: 'https://evil.example/' }, { call24: 'open', place: '#/work' }]) expect(placeOf(other)).toBeNull()
})

test('a click opens no other site', async () => {
  await click('', { url: 'https://evil.example/x', call: null })
  await click('', { url: '//evil.example/x', call: null })
  await click('', { url: '/#/work', call: null })
  expect(opened).toEqual(['https://call.example/', 'https://call.example/', 'https://call.example/#/work'])
})

test('the app does what a notification asks, and nothing that only looks like it', () => {
  expect(actOf({ call24: 'answer', call: CALL }, 5)).toEqual({ does: 'answer', call: CALL, at: 5 })
  for (const other of [null, 'answer', {}, { call24: 'hangup', call: CALL }, { call24: 'answer', call: 'call_1' }, { call24: 'answer' }]) expect(actOf(other, 5)).toBeNull()
})

test('a subscription for another key of the server is seen as such', () => {
  const key = bytes('BCVx-_8')
  expect([...key]).toEqual([4, 37, 113, 251, 255])
  expect(same(key.buffer, key)).toBe(true)
  expect(same(null, key)).toBe(false)
  expect(same(bytes('BCVx-_w').buffer, key)).toBe(false)
})
