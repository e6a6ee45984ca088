/** Bans and the doctor's checks for operators: what is said of them, and when the server is asked. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { bannedBecause, CHECKS, found, sorted, verdict } from '../src/kit/installation_checks'
import type { CheckFinding, InstallationBan, InstallationChecks } from '../src/kit/model'
import { Problem } from '../src/kit/problem'
import { administration } from '../src/links/administration'
import { installationBans } from '../src/rooms/installation_bans.svelte'
import { installationChecks } from '../src/rooms/installation_checks.svelte'

const ban = (more: Partial<InstallationBan> = {}): InstallationBan => ({
  id: 'ban_1', address: '203.0.113.7', state: 'dropped', since: '2026-12-01T10:00:00.000Z', until: '2026-12-01T11:00:00.000Z', in_trunk: false, ...more,
})
const finding = (name: CheckFinding['name'], state: CheckFinding['state']): CheckFinding => ({ name, state, seen: '', advice: '', took_s: 0 })
const run = (more: Partial<InstallationChecks> = {}): InstallationChecks => ({
  state: 'done', started_at: '2026-12-01T10:00:00.000Z', ended_at: '2026-12-01T10:00:04.000Z', at_work: null, checks: 25, findings: [], ...more,
})

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('document', { visibilityState: 'visible' })
})
afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

test('a ban says why, and whom it may meet', () => {
  expect(bannedBecause(ban())).toBe('It sent many SIP requests that match no account or trunk.')
  expect(bannedBecause(ban({ in_trunk: true }))).toContain('it may be a carrier’s')
  expect(bannedBecause(ban({ state: 'challenged', in_trunk: true }))).toContain('It may be a carrier’s')
  expect(bannedBecause(ban({ state: 'refused' }))).toContain('Agents may work there')
  const bans = [ban(), ban({ id: 'ban_2', address: '2001:db8::/48' })]
  expect(found(bans, ' 2001:DB8').map((one) => one.id)).toEqual(['ban_2'])
  expect(found(bans, '').length).toBe(2)
})

test('what failed comes first, and the verdict counts what did not pass', () => {
  const findings = [finding('disk', 'warn'), finding('server', 'pass'), finding('trunk_port', 'fail')]
  expect(sorted(findings).bad.map((one) => one.name)).toEqual(['trunk_port', 'disk'])
  expect(sorted(findings).good.map((one) => one.name)).toEqual(['server'])
  expect([run(), run({ findings: findings.slice(0, 1) }), run({ findings })].map(verdict)).toEqual(['All checks passed.', 'One check did not pass.', '2 checks did not pass.'])
  expect(verdict(run({ state: 'cut_off' }))).toContain('took too long')
  expect(verdict(run({ state: 'failed' }))).toContain('could not be run')
  expect(Object.values(CHECKS).every(([label, advice]) => label !== '' && advice !== '')).toBe(true)
})

test('a run is followed while it goes on and the page is open, and no longer', async () => {
  const ask = vi.spyOn(administration, 'installationChecks').mockResolvedValue(run({ state: 'running', ended_at: null, at_work: 'python' }))
  const close = installationChecks.open()
  await vi.advanceTimersByTimeAsync(3_100)
  expect(ask).toHaveBeenCalledTimes(3)
  ask.mockResolvedValue(run())
  await vi.advanceTimersByTimeAsync(6_000)
  expect([ask.mock.calls.length, installationChecks.run?.state]).toEqual([4, 'done'])
  vi.spyOn(administration, 'runInstallationChecks').mockResolvedValue(run({ state: 'running', ended_at: null }))
  await installationChecks.start()
  close()
  await vi.advanceTimersByTimeAsync(6_000)
  expect([ask.mock.calls.length, installationChecks.run?.state]).toEqual([4, 'running'])
})

test('a ban that somebody else lifted meanwhile is said to be over, and any other refusal is a problem', async () => {
  const list = vi.spyOn(administration, 'installationBans').mockResolvedValue({ items: [ban()] })
  const lift = vi.spyOn(administration, 'liftInstallationBan').mockResolvedValue()
  await installationBans.load()
  expect(await installationBans.lift(ban())).toBe(true)
  expect([installationBans.lifted, list.mock.calls.length]).toEqual([{ address: '203.0.113.7', wasOver: false }, 2])
  lift.mockRejectedValueOnce(new Problem('not_found', 404, 'Not found'))
  expect(await installationBans.lift(ban())).toBe(true)
  expect(installationBans.lifted?.wasOver).toBe(true)
  lift.mockRejectedValueOnce(new Problem('mfa_due', 403, 'Confirm'))
  expect(await installationBans.lift(ban())).toBe(false)
  expect([installationBans.lifted, installationBans.problem?.code]).toEqual([null, 'mfa_due'])
})
