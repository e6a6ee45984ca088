/** A draft from the first change to what the server has: what survives a page that is closed, and what is never overwritten unseen. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { keptEdits, withEdit, withoutEdits, withSent } from '../src/kit/flow_kept'
import type { Flow } from '../src/kit/api-types'
import type { Content } from '../src/kit/flow_kinds'
import type { Me } from '../src/kit/model'
import { Problem } from '../src/kit/problem'
import { administration } from '../src/links/administration'
import { account } from '../src/rooms/account.svelte'
import { FlowEditor } from '../src/rooms/flow_editor.svelte'

const KEY = 'call24.flows'
const said = (prompt: string): Content => ({ start: 'hello', nodes: { hello: { type: 'announce', prompt, next: '' } } })
const VERSION = { version: 3, published_by: 'usr_bea', published_at: '2026-11-30T08:00:00.000Z', copy_of: null }
const away = new Problem('away', 0, 'No network')
const changed = new Problem('flow_changed', 409, 'Somebody else')

/** The server: what it has, and what it was asked. */
let stored: Flow
let running: Content
let version: typeof VERSION
let puts: { revision: number; prompt: string }[]
let online: boolean
/** What is sent arrives, and its answer does not. */
let lost: boolean

const promptOf = (content: Content): string => (content.nodes['hello'] as { prompt: string }).prompt
function put(content: Content): void {
  stored = { ...stored, ...content, revision: stored.revision + 1, changed: true }
}

beforeEach(() => {
  vi.useFakeTimers()
  const kept = new Map<string, string>()
  vi.stubGlobal('localStorage', { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => void kept.set(key, value), removeItem: (key: string) => void kept.delete(key) })
  account.me = { user: { id: 'usr_me' }, permissions: ['flows.read', 'flows.write'] } as unknown as Me
  stored = { id: 'flw_1', name: 'Main', revision: 7, published: 3, changed: false, uses: [], changed_by: null, created_at: '', updated_at: '2026-11-30T07:00:00.000Z', ...said('greeting') }
  running = said('greeting')
  version = VERSION
  puts = []
  online = true
  lost = false
  const answer = <T>(make: () => T) => (): Promise<T> => (online ? Promise.resolve().then(make) : Promise.reject(away))
  vi.spyOn(administration, 'flow').mockImplementation(answer(() => stored))
  vi.spyOn(administration, 'validateFlow').mockImplementation(answer(() => ({ problems: [] })))
  vi.spyOn(administration, 'flowVersion').mockImplementation(answer(() => ({ ...version, ...running })))
  vi.spyOn(administration, 'changeFlow').mockImplementation((_, wish) => {
    if (!online) return Promise.reject(away)
    if (wish.revision !== stored.revision) return Promise.reject(changed)
    puts.push({ revision: wish.revision, prompt: promptOf(wish as Content) })
    put({ start: wish.start ?? '', nodes: wish.nodes as Content['nodes'] })
    return lost ? Promise.reject(away) : Promise.resolve(stored)
  })
})
afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
  vi.useRealTimers()
  account.me = null
})

async function opened(): Promise<FlowEditor> {
  const editor = new FlowEditor('flw_1')
  await editor.load()
  return editor
}
/** Changed while the server is away, and the page closed. */
async function left(prompt: string): Promise<void> {
  const editor = await opened()
  online = false
  editor.edit(said(prompt))
  await vi.advanceTimersByTimeAsync(1_000)
  expect(editor.state).toBe('failed')
  editor.stop()
}

test('what reached the server is kept nowhere else', async () => {
  const editor = await opened()
  editor.edit(said('sorry'))
  expect(keptEdits(localStorage.getItem(KEY)), 'until it is sent').toHaveLength(1)
  await vi.advanceTimersByTimeAsync(1_000)
  expect([editor.state, localStorage.getItem(KEY)]).toEqual(['saved', null])
  expect(puts).toEqual([{ revision: 7, prompt: 'sorry' }])
})

test('what was not sent is there again after the page is opened anew, is sent, and can be taken back', async () => {
  await left('sorry')
  online = true
  const editor = await opened()
  expect([promptOf(editor.draft), editor.news?.what]).toEqual(['sorry', 'unsent'])
  await vi.advanceTimersByTimeAsync(0)
  expect([editor.state, promptOf(stored), localStorage.getItem(KEY)]).toEqual(['saved', 'sorry', null])
  editor.undo()
  await vi.advanceTimersByTimeAsync(1_000)
  expect(promptOf(stored)).toBe('greeting')
})

test('what a colleague changed meanwhile is shown and not overwritten', async () => {
  await left('sorry')
  online = true
  put(said('goodbye'))
  const editor = await opened()
  await vi.advanceTimersByTimeAsync(1_000)
  expect([editor.state, promptOf(editor.draft), promptOf(editor.theirs as Content), promptOf(editor.stored as Content)]).toEqual(['conflict', 'sorry', 'goodbye', 'greeting'])
  expect([puts, promptOf(stored)]).toEqual([[], 'goodbye'])
  await editor.takeTheirs()
  expect([promptOf(editor.draft), localStorage.getItem(KEY)]).toEqual(['goodbye', null])
})

test('of the two the user’s own is kept where it is wished', async () => {
  await left('sorry')
  online = true
  put(said('goodbye'))
  const editor = await opened()
  await editor.keepMine()
  expect([editor.state, promptOf(stored), localStorage.getItem(KEY)]).toEqual(['saved', 'sorry', null])
})

test('a new name alone is no conflict, and what the server has already is not sent again', async () => {
  await left('sorry')
  online = true
  put(said('greeting'))
  expect((await opened()).news?.what).toBe('unsent')
  await left('hold')
  online = true
  put(said('hold'))
  puts = []
  const editor = await opened()
  expect([editor.state, editor.news?.what, puts, localStorage.getItem(KEY)]).toEqual(['saved', 'unpublished', [], null])
})

test('whoever may not change flows, or is signed out, has nothing kept', async () => {
  await left('sorry')
  online = true
  account.me = { user: { id: 'usr_me' }, permissions: ['flows.read'] } as unknown as Me
  const reader = await opened()
  expect([promptOf(reader.draft), localStorage.getItem(KEY)]).toEqual(['greeting', null])
  const editor = await opened()
  account.me = null
  online = false
  editor.edit(said('sorry'))
  expect([localStorage.getItem(KEY), editor.kept]).toEqual([null, false])
})

test('a draft that calls do not run yet is said on return, and goes back to what they run', async () => {
  put(said('sorry'))
  const editor = await opened()
  expect(editor.news).toEqual({ what: 'unpublished' })
  editor.discard()
  await vi.advanceTimersByTimeAsync(1_000)
  expect([editor.news, promptOf(stored)]).toEqual([null, 'greeting'])
  editor.undo()
  expect(promptOf(editor.draft), 'undo brings it back').toBe('sorry')
})

test('what somebody else publishes meanwhile is said, with what calls ran before', async () => {
  const editor = await opened()
  stored = { ...stored, published: 4 }
  running = said('goodbye')
  version = { ...VERSION, version: 4 }
  await editor.look()
  expect(editor.news).toMatchObject({ what: 'published', before: said('greeting') })
  expect(editor.running).toMatchObject({ version: 4, ...said('goodbye') })
})

test('publishing says what was looked at; where that is not so any more, nothing is published and the difference is shown', async () => {
  const published = vi.spyOn(administration, 'publishFlow').mockResolvedValue(VERSION)
  const editor = await opened()
  editor.edit(said('sorry'))
  await editor.publish()
  expect(published.mock.lastCall).toEqual(['flw_1', { revision: 8, over: 3 }])
  stored = { ...stored, published: 4 }
  version = { ...VERSION, version: 4 }
  published.mockRejectedValue(changed)
  expect(await editor.publish()).toBe(false)
  expect([editor.problem?.code, editor.news?.what, editor.running?.version]).toEqual(['flow_changed', 'published', 4])
})

test('after a colleague has published and one’s own change was saved, the news is told and one can publish', async () => {
  const published = vi.spyOn(administration, 'publishFlow').mockResolvedValue({ ...VERSION, version: 5, published_by: 'usr_me' })
  const editor = await opened()
  stored = { ...stored, published: 4 }
  running = said('goodbye')
  version = { ...VERSION, version: 4 }
  editor.edit(said('sorry'))
  await vi.advanceTimersByTimeAsync(1_000)
  expect([editor.state, editor.running?.version, editor.news]).toEqual(['saved', 4, { what: 'published', before: { ...VERSION, ...said('greeting') } }])
  expect(await editor.publish()).toBe(true)
  expect(published.mock.lastCall).toEqual(['flw_1', { revision: 8, over: 4 }])
})

test('a version that was published while its user had not looked is not published over unseen', async () => {
  const published = vi.spyOn(administration, 'publishFlow').mockRejectedValue(changed)
  const editor = await opened()
  stored = { ...stored, published: 4 }
  version = { ...VERSION, version: 4 }
  editor.edit(said('sorry'))
  expect(await editor.publish(), 'its save already told of the other version').toBe(false)
  expect([published.mock.lastCall?.[1].over, editor.running?.version]).toEqual([3, 4])
})

test('what was published is known although the flow could not be read after it', async () => {
  const published = vi.spyOn(administration, 'publishFlow').mockResolvedValue({ ...VERSION, version: 4, published_by: 'usr_me' })
  const editor = await opened()
  editor.edit(said('sorry'))
  await editor.flush()
  vi.spyOn(administration, 'flow').mockRejectedValue(away)
  expect(await editor.publish()).toBe(true)
  expect([editor.stored?.published, editor.stored?.changed, editor.running?.version, promptOf(editor.running as Content)]).toEqual([4, false, 4, 'sorry'])
  await editor.publish()
  expect(published.mock.lastCall?.[1].over).toBe(4)
})

test('rolling back takes over a draft that a colleague changed meanwhile, instead of overwriting it with the next edit', async () => {
  vi.spyOn(administration, 'rollFlowBack').mockImplementation(() => {
    put(said('goodbye'))
    return Promise.resolve(VERSION)
  })
  vi.spyOn(administration, 'flowVersions').mockResolvedValue({ items: [] } as never)
  const editor = await opened()
  expect(await editor.rollBack(2, 3)).toBe(true)
  expect([editor.state, promptOf(editor.draft), editor.stored?.revision]).toEqual(['saved', 'goodbye', 8])
  editor.undo()
  expect(promptOf(editor.draft), 'undo brings one’s own back').toBe('greeting')
})

test('rolling back names what it goes over; what a colleague published in between is shown instead', async () => {
  const rolled = vi.spyOn(administration, 'rollFlowBack').mockImplementation((_, __, over) => {
    if (over !== stored.published) return Promise.reject(changed)
    return Promise.resolve(VERSION)
  })
  const listed = vi.spyOn(administration, 'flowVersions').mockResolvedValue({ items: [{ ...VERSION, version: 4 }] } as never)
  const editor = await opened()
  stored = { ...stored, published: 4 }
  version = { ...VERSION, version: 4 }
  expect(await editor.rollBack(2, 3)).toBe(false)
  expect([editor.problem?.code, editor.stored?.published, editor.running?.version, editor.news?.what, editor.versions[0]?.version]).toEqual(['flow_changed', 4, 4, 'published', 4])
  expect(await editor.rollBack(2, 4)).toBe(true)
  expect([rolled.mock.lastCall, listed.mock.calls.length]).toEqual([['flw_1', 2, 4], 2])
})

test('a rollback that was done is known although the flow could not be read after it', async () => {
  vi.spyOn(administration, 'rollFlowBack').mockResolvedValue(VERSION)
  const editor = await opened()
  vi.spyOn(administration, 'flow').mockRejectedValue(away)
  expect([await editor.rollBack(2, 3), editor.problem]).toEqual([true, null])
})

test('what is typed while it is published does not overwrite what a colleague changed at that moment', async () => {
  const editor = await opened()
  vi.spyOn(administration, 'publishFlow').mockImplementation(() => {
    put(said('goodbye'))
    editor.edit(said('sorry'))
    return Promise.resolve(VERSION)
  })
  await editor.publish()
  await vi.advanceTimersByTimeAsync(1_000)
  expect([editor.state, puts, promptOf(stored), promptOf(editor.theirs as Content)]).toEqual(['conflict', [], 'goodbye', 'goodbye'])
})

test('a save in another tab leaves what this tab keeps, and closing asks where nothing is kept', async () => {
  const [here, there] = [await opened(), await opened()]
  online = false
  here.edit(said('here'))
  there.edit(said('there'))
  await vi.advanceTimersByTimeAsync(1_000)
  here.stop()
  online = true
  expect(await there.flush()).toBe(true)
  expect(keptEdits(localStorage.getItem(KEY)).map((one) => promptOf(one.draft))).toEqual(['here'])
  expect(here.kept).toBe(true)
  localStorage.removeItem(KEY)
  expect(here.kept, 'somebody signed out').toBe(false)
})

test('discarding what an earlier visit had left discards all of it, with what was changed since', async () => {
  await left('sorry')
  online = true
  const editor = await opened()
  await vi.advanceTimersByTimeAsync(0)
  editor.edit(said('hold'))
  editor.edit(said('bye'))
  editor.discardUnsent()
  await vi.advanceTimersByTimeAsync(1_000)
  expect([editor.news, promptOf(stored)]).toEqual([null, 'greeting'])
  editor.undo()
  expect(promptOf(editor.draft)).toBe('bye')
})

test('a save whose answer was lost is no conflict with oneself, neither here nor after a reload', async () => {
  const editor = await opened()
  lost = true
  editor.edit(said('sorry'))
  await vi.advanceTimersByTimeAsync(1_000)
  expect([editor.state, promptOf(stored)]).toEqual(['failed', 'sorry'])
  lost = false
  editor.edit(said('hold'))
  await vi.advanceTimersByTimeAsync(1_000)
  expect([editor.state, promptOf(stored)]).toEqual(['saved', 'hold'])

  lost = true
  editor.edit(said('bye'))
  await vi.advanceTimersByTimeAsync(1_000)
  online = lost = false
  editor.edit(said('again'))
  editor.stop()
  online = true
  const next = await opened()
  await vi.advanceTimersByTimeAsync(0)
  expect([next.state, next.news?.what, promptOf(stored)]).toEqual(['saved', 'unsent', 'again'])
})

test('a new name that a colleague gave it meanwhile is no conflict', async () => {
  const editor = await opened()
  stored = { ...stored, name: 'Other', revision: 8 }
  editor.edit(said('sorry'))
  await vi.advanceTimersByTimeAsync(1_000)
  expect([editor.state, editor.stored?.name, promptOf(stored)]).toEqual(['saved', 'Other', 'sorry'])
})

test('of a flow that somebody else deleted nothing is kept', async () => {
  await left('sorry')
  vi.spyOn(administration, 'flow').mockRejectedValue(new Problem('not_found', 404, 'Not found'))
  await opened()
  expect(localStorage.getItem(KEY)).toBeNull()
})

test('what is kept is read as it was written, the newest few, of each page its own, and nonsense is nothing', () => {
  const edit = { flow: 'flw_1', page: 'p', at: 1, revision: 2, base: said('a'), draft: said('b'), sent: [said('a')] }
  let text: string | null = null
  for (let n = 0; n < 12; n += 1) text = withEdit(text, { ...edit, flow: `flw_${n}` })
  expect(keptEdits(text).map((one) => one.flow)).toEqual([4, 5, 6, 7, 8, 9, 10, 11].map((n) => `flw_${n}`))
  const newer = { ...edit, flow: 'flw_9', draft: said('c') }
  expect(keptEdits(withEdit(text, newer)).filter((one) => one.flow === 'flw_9')).toEqual([newer])
  expect(keptEdits(withEdit(text, { ...newer, page: 'q' })).filter((one) => one.flow === 'flw_9')).toHaveLength(2)
  expect(withoutEdits(withEdit(null, edit), (one) => one.flow === 'flw_1')).toBeNull()
  const bad = [null, '', '{', '{}', '[1]', '[{}]', ...['constructor', 'menu', 'set', 'ring'].map((type) => JSON.stringify([{ ...edit, draft: { start: 'x', nodes: { x: { type } } } }])), JSON.stringify([{ ...edit, base: null }]), JSON.stringify([{ ...edit, sent: [null] }])]
  for (const one of bad) expect(keptEdits(one), String(one)).toEqual([])
})

test('of what was sent without an answer the first and the last three are known', () => {
  const sent = ['a', 'b', 'b', 'c', 'd', 'e'].reduce((all: readonly Content[], one) => withSent(all, said(one)), [])
  expect(sent.map(promptOf)).toEqual(['a', 'c', 'd', 'e'])
})
