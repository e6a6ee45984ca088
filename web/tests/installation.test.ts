/** How the installation is, in words; and when it is asked, by whom. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { adviceOf, factsOf, ordered } from '../src/kit/installation'
import type { InstallationPart, InstallationStatus, Me } from '../src/kit/model'
import { Problem } from '../src/kit/problem'
import { runbookBlocks } from '../src/kit/runbook'
import { api, useToken, whenProofIsDue } from '../src/links/api'
import { account } from '../src/rooms/account.svelte'
import { installation } from '../src/rooms/installation.svelte'
import { mayOpen } from '../src/rooms/places'
import { runbook } from '../src/rooms/runbook.svelte'

const part = (name: InstallationPart['name'], more: Partial<InstallationPart> = {}): InstallationPart => ({
  name, state: 'ok', since: '2026-12-01T10:00:00.000Z', seen: '', figures: {}, advice: '', advice_code: '', runbook: null, ...more,
})
const status = (more: Partial<InstallationStatus> = {}): InstallationStatus => ({
  version: '0.1.0', schema: 2, asterisk_version: '22.10.1', mongodb_version: '', started_at: '2026-12-01T10:00:00.000Z', at: '2026-12-01T11:00:00.000Z', state: 'ok', parts: [], ...more,
})
const me = (operator: boolean): Me => ({ user: { id: 'usr_1' }, permissions: [], operator }) as unknown as Me
const settled = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0)

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('document', Object.assign(new EventTarget(), { visibilityState: 'visible' }))
  vi.stubGlobal('window', globalThis)
})
afterEach(() => {
  installation.stop()
  account.me = null
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

test('each part says what there is of it', () => {
  const told = (one: InstallationPart): string => factsOf(one, status()).map(([label, value]) => `${label}: ${value}`).join('; ')
  expect(told(part('calls', { figures: { calls: 6, lines: 8, max_lines: 1500, waiting: 2, longest_wait_s: 1000 } }))).toBe('Calls: 6; Lines in use: 8 of 1,500; Callers waiting: 2; The longest for: 17 min')
  expect(told(part('machine', { figures: { load: 0.84, processors: 4, busy: 0.21, memory_free_bytes: 5.2e9, memory_bytes: 8.3e9, asterisk_cpu: 0.28, asterisk_memory_bytes: 9.6e7 } }))).toBe('Load: 0.84; Processors busy: 21 % of 4; Memory available: 5.2 GB of 8.3 GB; Asterisk: 28 %, 96 MB')
  expect(told(part('disk', { figures: { data: 4.1e10, recordings: 3.2e8 } }))).toBe('Free for data: 41.0 GB; Free for recordings: 320 MB')
  expect(told(part('certificates', { figures: { server: 61.9, authority: -1 } }))).toBe('Of the server: 61 more days; Of its authority: Expired')
  expect(told(part('certificates', { figures: { pbx: 61.9, pbx_carriers: 0.5 } }))).toBe('Of the PBX’s host: 61 more days; Of the PBX, for carriers: Less than a day')
  expect(told(part('pbx', { figures: { free_bytes: 2e10, unencrypted_files: 0, unencrypted_oldest_s: 0, clock_off_s: -3.2 } }))).toBe('Free: 20.0 GB; Recordings not encrypted yet: 0; Its clock differs by: 3 s')
  expect(told(part('trunks', { figures: { registered: 2, unreachable: 1 } }))).toBe('Registered: 2; Do not answer: 1')
  expect(told(part('asterisk'))).toBe('Version: 22.10.1')
  expect([told(part('mongodb')), told(part('backups', { state: 'unknown' })), told(part('disk', { state: 'unknown' }))]).toEqual(['', '', ''])
})

test('what does not work comes first, and advice without a text is as the server says it', () => {
  const parts = [part('server'), part('backups', { state: 'unknown' }), part('trunks', { state: 'look' }), part('disk', { state: 'wrong' }), part('calls')]
  expect(ordered(parts).map((one) => one.name)).toEqual(['disk', 'trunks', 'backups', 'server', 'calls'])
  expect(adviceOf({ advice_code: 'disk-low', advice: 'see docs/runbooks/disk-low.md' })).toMatch(/^Give the disk more space/)
  expect(adviceOf({ advice_code: 'of-tomorrow', advice: 'turn it' })).toBe('turn it')
})

test('of two runbooks the one that was asked for last is shown, whichever answers last', async () => {
  const answers: Record<string, { told: (text: string) => void; failed: (error: Error) => void }> = {}
  vi.spyOn(api, 'runbook').mockImplementation((name) => new Promise((resolve, reject) => (answers[name] = { told: (text) => resolve({ name, text }), failed: reject })))
  const loads = [runbook.load('trunk-down'), runbook.load('mail-stuck'), runbook.load('disk-low')]
  answers['disk-low']?.told('# Disk')
  await settled()
  answers['trunk-down']?.told('# Trunk')
  answers['mail-stuck']?.failed(new Problem('gone', 404, 'Nothing'))
  await Promise.all(loads)
  expect([runbook.text, runbook.problem]).toEqual(['# Disk', null])
})

test('a runbook is taken apart', () => {
  expect(runbookBlocks('# Call24DiskLow\n\n**Fires** when `a < 1`.\n\n## Do\n\n* Free *space* ([disk-low](disk-low.md)).\n')).toEqual([
    { kind: 'heading', text: 'Call24DiskLow' }, { kind: 'text', text: 'Fires when a < 1.' }, { kind: 'heading', text: 'Do' }, { kind: 'item', text: 'Free space (disk-low).' },
  ])
})

test('only an operator may open the page, and an operator without any permission finds it in administration', () => {
  account.me = me(false)
  expect([mayOpen('installation'), mayOpen('administration')]).toEqual([false, false])
  account.me = { ...me(false), permissions: ['audit.read'] } as unknown as Me
  expect([mayOpen('installation'), mayOpen('administration')]).toEqual([false, true])
  account.me = me(true)
  expect([mayOpen('installation'), mayOpen('administration')]).toEqual([true, true])
})

test('it is asked each minute, and each ten seconds while the page is open and visible', async () => {
  const ask = vi.spyOn(api, 'installation').mockResolvedValue(status({ state: 'look' }))
  installation.start()
  await settled()
  expect([ask.mock.calls, installation.trouble]).toEqual([[[true]], 'look'])
  await vi.advanceTimersByTimeAsync(60_000)
  expect(ask).toHaveBeenCalledTimes(2)
  const close = installation.open()
  await settled()
  expect(ask.mock.calls.at(-1)).toEqual([false])
  await vi.advanceTimersByTimeAsync(20_000)
  expect(ask).toHaveBeenCalledTimes(5)
  vi.stubGlobal('document', { visibilityState: 'hidden' })
  await vi.advanceTimersByTimeAsync(20_000)
  close()
  expect(ask).toHaveBeenCalledTimes(5)
  installation.stop()
  expect([installation.status, installation.trouble]).toEqual([null, null])
})

test('what is asked by itself asks nobody for a second factor; opening the page does', async () => {
  const asked = vi.fn(() => Promise.resolve(false))
  whenProofIsDue(asked)
  useToken('1|x')
  vi.stubGlobal('fetch', () => Promise.resolve(new Response(JSON.stringify({ code: 'mfa_due', detail: 'Confirm' }), { status: 403 })))
  installation.start()
  await settled()
  expect(asked).not.toHaveBeenCalled()
  await installation.load()
  expect(asked).toHaveBeenCalledTimes(1)
  useToken(null)
})

test('whoever is no operator any more is asked about anew, and an answer after the end is dropped', async () => {
  const renewed = vi.spyOn(account, 'renew').mockResolvedValue()
  vi.spyOn(api, 'installation').mockRejectedValueOnce(new Problem('operator_only', 403, 'Only an operator'))
  expect(await installation.load()).toBe(false)
  expect(renewed).toHaveBeenCalledTimes(1)
  let answer: (told: InstallationStatus) => void = () => undefined
  vi.spyOn(api, 'installation').mockImplementation(() => new Promise((told) => (answer = told)))
  const load = installation.load()
  installation.stop()
  answer(status())
  await load
  expect(installation.status).toBeNull()
})
