import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { api } from '../src/links/api'
import { administration } from '../src/links/administration'
import { account } from '../src/rooms/account.svelte'
import { roles } from '../src/rooms/roles.svelte'

const USER = { id: 'usr_1', name: 'Bea', role: 'rol_1' }
const LACKS_ROLES = { code: 'forbidden', detail: 'Your role lacks it', permission: 'roles.read' }
/** What the server lets the user do. */
let granted: string[] = []
let asked: string[] = []
let away = false

function answer(method: string, path: string): Response {
  const me = { user: USER, tenant: { id: 'ten_1' }, permissions: granted, mfa_setup_due: false }
  if (path === '/v1/auth/login') return Response.json({ token: 'tok_1|secret', ...me })
  if (path === '/v1/me') return away ? Response.json({}, { status: 503 }) : Response.json(me)
  if (path === '/v1/me/device') return new Response(null, { status: 204 })
  if (method === 'PATCH') return Response.json({ id: path.split('/').at(-1) })
  if (granted.includes('roles.read')) return Response.json({ items: [], next: null })
  return Response.json(LACKS_ROLES, { status: 403 })
}

const soon = (): Promise<unknown> => new Promise((done) => setTimeout(done, 0))
const times = (path: string): number => asked.filter((one) => one === path).length

beforeEach(async () => {
  ;[granted, asked, away] = [['roles.read', 'users.read'], [], false]
  vi.stubGlobal('navigator', { userAgent: 'Firefox/140 on Linux' })
  vi.stubGlobal('fetch', (path: string, { method }: RequestInit) => {
    asked.push(path)
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
