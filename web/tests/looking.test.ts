import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { Problem } from '../src/kit/problem'
import { api } from '../src/links/api'
import { details } from '../src/links/details'
import { callerFiles } from '../src/rooms/caller_files.svelte'
import { callerImports } from '../src/rooms/caller_imports.svelte'
import { exports } from '../src/rooms/exports.svelte'
import { lookAgain } from '../src/rooms/looking'
import { peopleExports, peopleImports } from '../src/rooms/people_files.svelte'
import { taskExports } from '../src/rooms/task_exports.svelte'

// The rooms read where the page is when they are made.
vi.hoisted(() => Object.assign(globalThis, { location: { hash: '' }, addEventListener: () => undefined }))

const EVERY_MS = 1_000
let page = Object.assign(new EventTarget(), { visibilityState: 'visible' })
/** The looks that are not answered yet. */
let open: { answer: () => void; refuse: (status: number) => void }[] = []
let asked = 0
let said: number[] = []
const look = (): Promise<never> => {
  asked += 1
  return new Promise<never>((answer, refuse) => open.push({ answer: answer as () => void, refuse: (status) => refuse(new Problem('code', status, 'Said')) }))
}
const later = (ms = 60_000): Promise<unknown> => vi.advanceTimersByTimeAsync(ms)

async function shown(state: 'visible' | 'hidden'): Promise<void> {
  page.visibilityState = state
  page.dispatchEvent(new Event('visibilitychange'))
  await later(0)
}

beforeEach(() => {
  vi.useFakeTimers()
  page = Object.assign(new EventTarget(), { visibilityState: 'visible' })
  vi.stubGlobal('document', page)
  ;[open, asked, said] = [[], 0, []]
})
afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

test('a look waits for the answer to the one before', async () => {
  const end = lookAgain(look, EVERY_MS)
  await later()
  expect(asked).toBe(1)
  open.shift()?.answer()
  await later(EVERY_MS - 1)
  expect(asked).toBe(1)
  await later(1)
  expect(asked).toBe(2)
  end()
})

test('a page that nobody sees asks nothing, and looks at once when it is seen again', async () => {
  const end = lookAgain(look, EVERY_MS)
  await shown('hidden')
  await later()
  expect(asked).toBe(0)
  await shown('visible')
  expect(asked).toBe(1)
  await shown('hidden')
  await shown('visible')
  expect(asked, 'the one before is not answered').toBe(1)
  open.shift()?.answer()
  await later(EVERY_MS)
  expect(asked).toBe(2)
  end()
})

test.each([[0, 2, []], [503, 2, []], [500, 2, []], [429, 2, []], [408, 2, []], [403, 1, [403]], [404, 1, [404]]] as const)('after a status of %i there are %i looks', async (status, looks, told) => {
  const end = lookAgain(look, EVERY_MS, (problem) => said.push(problem.status))
  await later(EVERY_MS)
  open.shift()?.refuse(status)
  await later()
  await shown('visible')
  expect([asked, said]).toEqual([looks, told])
  end()
})

test('once it is ended it looks no more, and what comes then is not told', async () => {
  const end = lookAgain(look, EVERY_MS, (problem) => said.push(problem.status))
  await later(EVERY_MS)
  end()
  open.shift()?.refuse(403)
  await later()
  await shown('visible')
  expect([asked, said]).toEqual([1, []])
})

describe.each([
  ['exports', details, 'exports', () => exports.follow()],
  ['exports of contacts', api, 'peopleExports', () => peopleExports.follow()],
  ['exports of tasks', details, 'taskExports', () => taskExports.follow()],
  ['an import of contacts', api, 'peopleImport', () => peopleImports.follow('pim_1')],
  ['callers’ files', api, 'callerFiles', () => callerFiles.follow()],
  ['an import of a caller’s file', api, 'callerImport', () => callerImports.follow('cim_1')],
] as const)('who follows %s', (_, link, name, follow) => {
  test('asks one thing at a time, and nothing while nobody sees it', async () => {
    vi.spyOn(link as unknown as Record<string, () => Promise<unknown>>, name).mockImplementation(look)
    const end = follow()
    await shown('hidden')
    await later()
    expect(asked).toBe(0)
    await shown('visible')
    await later()
    expect(asked).toBe(1)
    end()
    open.shift()?.refuse(503)
    await later()
    expect(asked).toBe(1)
  })
})

test('a file of contacts that was deleted does not come back with an older answer', async () => {
  const answers: ((page: unknown) => void)[] = []
  vi.spyOn(api, 'peopleExports').mockImplementation(() => new Promise((answer) => answers.push(answer as (page: unknown) => void)))
  vi.spyOn(api, 'dropPeopleExport').mockResolvedValue(undefined)
  const rows = [{ id: 'pex_1', state: 'running' }, { id: 'pex_2', state: 'running' }]
  peopleExports.rows = rows as unknown as typeof peopleExports.rows
  const end = peopleExports.follow()
  await later(EVERY_MS)
  await peopleExports.drop('pex_1')
  answers[0]?.({ items: rows })
  await later(0)
  expect(peopleExports.rows?.map((one) => one.id)).toEqual(['pex_2'])
  end()
})

test.each([
  ['contacts', 'peopleImport', peopleImports],
  ['a caller’s file', 'callerImport', callerImports],
] as const)('of an import of %s, the answer and the refusal of one that is no longer looked at are dropped', async (_, name, room) => {
  const asks: { id: string; answer: (one: unknown) => void; refuse: (problem: Problem) => void }[] = []
  vi.spyOn(api as unknown as Record<string, (id: string) => Promise<unknown>>, name).mockImplementation((id) => new Promise((answer, refuse) => asks.push({ id, answer, refuse })))
  void room.open('imp_a')
  void room.open('imp_b')
  asks[1]?.answer({ id: 'imp_b', state: 'running' })
  await later(0)
  asks[0]?.answer({ id: 'imp_a', state: 'running' })
  await later(0)
  expect(room.one?.id).toBe('imp_b')
  void room.open('imp_c')
  void room.open('imp_d')
  asks[2]?.refuse(new Problem('not_found', 404, 'Said'))
  asks[3]?.answer({ id: 'imp_d', state: 'running' })
  await later(0)
  expect([room.problem, room.one?.id]).toEqual([null, 'imp_d'])
})
