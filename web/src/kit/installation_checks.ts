/** Bans and the doctor's checks, as operators of the installation see them, in words. Pure. */
import type { CheckFinding, InstallationBan, InstallationChecks } from './model'
import type { Tone } from './timeline'

type CheckName = CheckFinding['name']
type State = CheckFinding['state']

/** What a check is of, and what to do where it did not pass. */
export const CHECKS: Record<CheckName, readonly [label: string, advice: string]> = {
  installation: ['Settings', 'The settings of the running server cannot be read: restart Call24 on the machine, as the user that runs it.'],
  python: ['Python', 'Look at log/server.log on the server.'],
  disk: ['Disk space', 'Free disk space, or plan for more: a full disk stops the database and cuts recordings short.'],
  clock: ['Clock', 'Run a time service (systemd-timesyncd, chrony): call records and sign-ins depend on the clock.'],
  recordings_folder: ['Folder of recordings', 'Make the user that runs Call24 the owner of the folder.'],
  server: ['Server', 'A part of the server does not answer: its log says why.'],
  database: ['MongoDB', 'Look at its log, or check how it is reached. In production use a MongoDB of your own, 7.0 or newer, with TLS.'],
  asterisk: ['Asterisk', 'Asterisk does not answer or is too old: look at its log, or update it.'],
  pbx: ['The PBX’s host', 'See whether ./call24 pbx runs there, in the same version, with free disk space and the right time.'],
  asterisk_modules: ['Asterisk’s modules', 'Install what is missing. Asterisk’s log says why a module is not loaded.'],
  channel_log: ['Asterisk’s own log of calls', 'Without it call records are not compared at night. Asterisk’s log says why it is not written.'],
  reconciliation: ['Nightly comparison', 'Call records differ from Asterisk’s own log: ./call24 reconcile shows the day.'],
  change_feed: ['Readers of changes', 'What follows changes fails. It catches up by itself once the cause is gone: log/server.log names it.'],
  retention: ['Retention', 'Data is kept past its day: check the machine’s clock, and look at log/server.log.'],
  register_copy: ['Copy of the register of erasures', 'See whether its disk is there. Until then a restore could bring back who was erased.'],
  self_audit: ['Self-audit', 'Run the self-audit and fix what it names: ./call24 audit run.'],
  application: ['Connection to Asterisk', 'Call24 does not listen to Asterisk: log/server.log says why.'],
  lines: ['Lines', 'Calls were refused because no line was free. More RTP ports give more lines; ./call24 quota raises a limit.'],
  web_push: ['Notifications of browsers', 'Set the public address to the name by which browsers reach this server.'],
  files_store: ['Store for files', 'Check its address and credentials, and whether it can be reached.'],
  trunk_port: ['SIP port', 'Asterisk does not answer there: check the port and the machine’s firewall.'],
  phones_websocket: ['Phones’ port', 'Check the port and the certificate. If too many connect, look at the banned addresses.'],
  phones: ['Phones', 'Phones and sign-ins differ. If it stays so, restart the server while few calls go on.'],
  certificate: ['Certificates', 'Put new certificate files in place, or run ./call24 rotate tls for Call24’s own.'],
  keys: ['The installation’s keys', 'Replace old keys while calls go on, or finish a replacement that was left: ./call24 rotate.'],
}
export const OUTCOMES: Record<State, { tone: Tone; word: string }> = {
  pass: { tone: 'talk', word: 'Passed' }, warn: { tone: 'wait', word: 'Look at it' }, fail: { tone: 'bad', word: 'Act now' },
}

/** What did not pass, the worst first; and what did. */
export function sorted(findings: readonly CheckFinding[]): { bad: CheckFinding[]; good: CheckFinding[] } {
  const bad = [...findings.filter((one) => one.state === 'fail'), ...findings.filter((one) => one.state === 'warn')]
  return { bad, good: findings.filter((one) => one.state === 'pass') }
}

/** What became of a run that is over. */
export function verdict(run: InstallationChecks): string {
  if (run.state === 'failed') return 'The checks could not be run. The server’s log says why.'
  if (run.state === 'cut_off') return 'The checks took too long and were stopped. What was found by then is shown.'
  const { bad } = sorted(run.findings)
  return bad.length === 0 ? 'All checks passed.' : bad.length === 1 ? 'One check did not pass.' : `${bad.length} checks did not pass.`
}

/** Why an address is kept out, and what to think of. */
export function bannedBecause(ban: InstallationBan): string {
  if (ban.state === 'refused') return 'Phones there connected again and again without signing in. Agents may work there.'
  if (ban.state === 'challenged') return 'It is in a trunk’s range and called unknown numbers again and again. It may be a carrier’s.'
  return ban.in_trunk ? 'It sent many SIP requests that match no account. A trunk names it: it may be a carrier’s.' : 'It sent many SIP requests that match no account or trunk.'
}

/** Those whose address begins so. */
export const found = (bans: readonly InstallationBan[], begins: string): InstallationBan[] => bans.filter((ban) => ban.address.startsWith(begins.trim().toLowerCase()))
