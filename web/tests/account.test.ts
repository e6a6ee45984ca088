import { readFileSync, readdirSync } from 'node:fs'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { api } from '../src/links/api'
import { administration } from '../src/links/administration'
import { account } from '../src/rooms/account.svelte'
import { flowEditors } from '../src/rooms/flow_editor.svelte'
import { roles } from '../src/rooms/roles.svelte'

const BEA = { id: 'usr_1', name: 'Bea', role: 'rol_1' }
const CARL = { id: 'usr_2', name: 'Carl', role: 'rol_1' }
const FLOW = { id: 'flw_1', name: 'Main', revision: 1, published: null, start: '', nodes: {} }
const LACKS_ROLES = { code: 'forbidden', detail: 'Your role lacks it', permission: 'roles.read' }
/** What the server lets the user do. */
let granted: string[] = []
let asked: string[] = []
let sent: string[] = []
let away = false
let user = BEA

function answer(method: string, path: string): Response {
  const me = { user, tenant: { id: 'ten_1' }, permissions: granted, mfa_setup_due: false }
  if (path === '/v1/auth/login') return Response.json({ token: `tok_${user.id}`, ...me })
  if (path === '/v1/me') return away ? Response.json({}, { status: 503 }) : Response.json(me)
  if (path === '/v1/me/device') return new Response(null, { status: 204 })
  if (path === '/v1/flows/flw_1') return method === 'PUT' ? Response.json({}, { status: 503 }) : Response.json(FLOW)
  if (path.endsWith('/validate')) return Response.json({ problems: [] })
  if (method === 'PATCH') return Response.json({ id: path.split('/').at(-1) })
  if (granted.includes('roles.read')) return Response.json({ items: [], next: null })
  return Response.json(LACKS_ROLES, { status: 403 })
}

const soon = (): Promise<unknown> => new Promise((done) => setTimeout(done, 0))
const times = (path: string): number => asked.filter((one) => one === path).length

beforeEach(async () => {
  ;[granted, asked, sent, away, user] = [['roles.read', 'users.read'], [], [], false, BEA]
  vi.stubGlobal('navigator', { userAgent: 'Firefox/140 on Linux' })
  vi.stubGlobal('fetch', (path: string, { method, headers }: RequestInit) => {
    asked.push(path)
    sent.push(`${method} ${path} ${(headers as Record<string, string>)['Authorization'] ?? 'nobody'}`)
    return Promise.resolve(answer(method ?? 'GET', path))
  })
  expect(await account.signIn('bea@acme.example', 'secret')).toBeNull()
  expect(account.may('roles.read')).toBe(true)
})
afterEach(() => vi.unstubAllGlobals())

test('who changes their own role may do at once what it says now', async () => {
  granted = ['roles.read', 'live.read']
  expect(await roles.change('rol_1', { permissions: granted })).toBe(true)
  expect([account.may('users.read'), account.may('live.read')]).toEqual([false, true])
  expect(roles.problem, 'what may not be read any more is not asked for').toBeNull()
})

test('the role of others changes nothing of one’s own', async () => {
  expect(await roles.change('rol_2', { permissions: [] })).toBe(true)
  expect(times('/v1/me')).toBe(0)
})

test('a refusal that names a permission has it asked for anew, once for all that are refused', async () => {
  granted = ['users.read']
  await Promise.allSettled([api.roles(), api.roles(), administration.permissions()])
  await soon()
  expect([account.may('roles.read'), times('/v1/me')]).toEqual([false, 1])
  await api.roles().catch(() => null)
  await soon()
  expect(times('/v1/me'), 'it is known now').toBe(1)
})

test('what was known stays where the server does not answer', async () => {
  away = true
  granted = ['users.read']
  await api.roles().catch(() => null)
  await soon()
  expect([account.may('roles.read'), account.stage]).toEqual([true, 'in'])
  away = false
  await account.renew()
  expect(account.may('roles.read')).toBe(false)
})

test('who signs in after somebody else gets a new page, and nothing that waited to be sent is sent as them', async () => {
  vi.useFakeTimers()
  const reload = vi.fn()
  vi.stubGlobal('location', { reload })
  vi.stubGlobal('history', { replaceState: () => undefined })
  const editor = flowEditors.of('flw_1')
  await editor.load()
  editor.edit({ start: 'bye', nodes: {} })
  await vi.advanceTimersByTimeAsync(1_000)
  const saves = (of: string): number => sent.filter((one) => one === `PUT /v1/flows/flw_1 ${of}`).length
  expect([editor.state, saves('Bearer tok_usr_1')]).toEqual(['failed', 1])

  await account.signOut()
  expect(await account.signIn('bea@acme.example', 'secret')).toBeNull()
  expect([account.stage, reload.mock.calls.length], 'the same user goes on').toEqual(['in', 0])
  await account.signOut()
  user = CARL
  expect(await account.signIn('carl@acme.example', 'secret')).toBeNull()
  expect([account.stage, account.me, reload.mock.calls.length]).toEqual(['starting', null, 1])
  await vi.advanceTimersByTimeAsync(120_000)
  expect(saves('nobody'), 'it was tried again meanwhile').toBeGreaterThan(0)
  expect(sent.filter((one) => one.includes('tok_usr_2'))).toEqual([])
  vi.useRealTimers()
})

test('a token comes into use in one place', () => {
  const rooms = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((name) => /\.(ts|svelte)$/.test(name))
  const users = rooms.filter((name) => /\buseToken\(/.test(readFileSync(`src/${name}`, 'utf8')))
  expect(users.sort()).toEqual(['links/api.ts', 'rooms/account.svelte.ts'])
})
