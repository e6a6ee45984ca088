/** How the installation is, in words: what its parts are called, what there is of each, and what to do. Pure. */
import { dateAndTime } from './dates'
import { figure } from './figures'
import { span } from './format'
import type { InstallationPart, InstallationStatus } from './model'
import type { Tone } from './timeline'

export type PartName = InstallationPart['name']
type State = InstallationStatus['state']
/** What there is: what it is of, and how much. */
export type Fact = readonly [label: string, value: string]

export const PARTS: Record<PartName, string> = {
  server: 'Server', mongodb: 'MongoDB', asterisk: 'Asterisk', calls: 'Calls', trunks: 'Trunks', journal: 'Call journal', readers: 'Readers of changes', apps: 'Apps and applications', messages: 'Webhooks and e-mails',
  traces: 'Traces', machine: 'The machine', disk: 'Disk space', pbx: 'The PBX’s host', certificates: 'Certificates', retention: 'Retention', self_audit: 'Self-audit', bans: 'Banned addresses', toll_fraud: 'Toll-fraud protection', backups: 'Backups',
}
export const STATES: Record<State, { tone: Tone; word: string }> = {
  ok: { tone: 'talk', word: 'Well' }, look: { tone: 'wait', word: 'Look at it' }, wrong: { tone: 'bad', word: 'Act now' }, unknown: { tone: 'none', word: 'Not known' },
}
export const WHOLE: Record<State, string> = {
  ok: 'All is well', look: 'Somebody should look at this', wrong: 'Something does not work', unknown: 'It is not known how the installation is',
}
const TRUNKS: Record<string, string> = {
  registered: 'Registered', rejected: 'Rejected by the carrier', reachable: 'Reachable', unreachable: 'Do not answer', inbound_only: 'Inbound only', forbidden: 'Not allowed', off: 'Switched off', unknown: 'Not known',
}
const FOLDERS: Record<string, string> = { data: 'Free for data', recordings: 'Free for recordings', recording_spool: 'Free for calls being recorded' }
const PROCESSES: Record<string, string> = { server: 'Server', asterisk: 'Asterisk', mongod: 'MongoDB', sip_edge: 'The phones’ port' }
const CERTIFICATES: Record<string, string> = { server: 'Of the server', authority: 'Of its authority', pbx: 'Of the PBX’s host', pbx_carriers: 'Of the PBX, for carriers' }

/** What to do, by the code of the advice. */
const ADVICE: Record<string, string> = {
  open_files: 'Raise the limit of open files (LimitNOFILE, ulimit -n) and restart the server.',
  memory_low: 'Little memory is left: give the machine more, or move what else runs there.',
  unencrypted_files: 'Recordings wait on the PBX’s host: log/server.log on the server says why.',
  time_service: 'The clocks differ: run a time service on both machines.',
  run_self_audit: 'Run the self-audit on the server: ./call24 audit run.',
  make_backup: 'Make a backup on the server: ./call24 backup make FOLDER.',
  first_backup: 'Make a backup, and one each night: ./call24 backup make FOLDER.',
  bans_elsewhere: 'Addresses are banned on the external Asterisk’s machine: look at its logs.',
  'collector-failing': 'A part of the server does not tell its figures. Check the owner and mode of its folders; otherwise restart the server while few calls go on.',
  'mongodb-away': 'Calls go on without the database. Free disk space, or check the network to it; its log says why it does not start.',
  'asterisk-away': 'Asterisk restarts by itself within seconds. If it does not, its log says why.',
  'lines-run-out': 'Nearly all lines are in use. More RTP ports give more lines after a restart; ./call24 quota limits an organisation.',
  'callers-wait': 'Callers wait long. Look whether phones are connected; otherwise tell the organisation.',
  'trunk-down': 'A carrier does not answer or refuses the account. Check the network, DNS and the carrier’s password.',
  'journal-events-lost': 'Events of calls were lost. Free or replace the disk, then compare the day: ./call24 reconcile.',
  'journal-behind': 'Events of calls wait on this machine alone. Bring the database back, and never delete the folder spool.',
  'reader-failing': 'What follows changes fails. It catches up by itself once the cause is gone: log/server.log names it.',
  'apps-too-slow': 'Nearly all connections are in use. Add a realtime node.',
  'webhooks-stuck': 'Webhooks are late. If all are, the server reaches nothing outside: check DNS, firewall and proxy.',
  'mail-stuck': 'E-mails cannot be sent. Check the mail server and its password; they leave by themselves afterwards.',
  'spans-dropped': 'The collector takes no traces. Bring it back, or start without it.',
  'backup-follower-silent': 'What comes after the last backup is not copied. Start ./call24 backup follow again on the server, or make a backup.',
  'recording-stopped': 'The disk is full: calls go on and are not recorded. Free space, and recording resumes by itself.',
  'disk-low': 'Give the disk more space, or move the recordings to another one.',
  'certificate-expires': 'Put new certificate files in place, or run ./call24 rotate tls for Call24’s own.',
  'clock-disputed': 'Sources of time disagree, so nothing is deleted. Set the clock and restart, or confirm it: ./call24 retention --confirm-time.',
  'retention-overdue': 'Data is kept past its day. ./call24 retention catch-up deletes it now.',
  'sweeper-silent': 'Nothing was swept for a while. It goes on once the database answers; otherwise restart the server while few calls go on.',
  'self-audit-due': 'Run the self-audit and fix what it names: ./call24 audit run.',
  'many-bans': 'Many addresses are banned. If one is a carrier’s or an office’s, lift it: ./call24 bans --lift ADDRESS.',
  'toll-fraud-frozen': 'Outgoing calls of somebody are frozen. Ask the organisation’s owner whether the calls are theirs; an owner lifts it.',
}

/** In this language where there is a text, else as the server says it. */
export const adviceOf = (part: Pick<InstallationPart, 'advice' | 'advice_code'>): string => ADVICE[part.advice_code] ?? part.advice

/** What does not work first, then what is to be looked at; else in the server's order. */
export function ordered(parts: readonly InstallationPart[]): InstallationPart[] {
  const order: readonly State[] = ['wrong', 'look', 'unknown', 'ok']
  return [...parts].sort((one, other) => order.indexOf(one.state) - order.indexOf(other.state))
}

const whole = figure
const bytes = (n: number): string => (n < 1e9 ? `${Math.round(n / 1e6)} MB` : `${(n / 1e9).toFixed(1)} GB`)
const percent = (n: number): string => `${Math.round(n * 100)} %`
const instant = (unix: number): string => dateAndTime(unix * 1000)
const outOf = (n: string, most: string): string => /* @wc-include */ `${n} of ${most}`
const share = (n: number, most: number): string => outOf(whole(n), whole(most))
const each = (figures: Figures, words: Record<string, string>, say: (n: number) => string): Fact[] => Object.entries(figures).map(([name, n]) => [words[name] ?? name, say(n)])
const daysLeft = (n: number): string => (n < 0 ? 'Expired' : n < 1 ? 'Less than a day' : n < 2 ? '1 more day' : `${Math.floor(n)} more days`)

type Figures = InstallationPart['figures']
type Get = (name: string) => number
const SAY: Record<PartName, (f: Get, figures: Figures, status: InstallationStatus) => Fact[]> = {
  server: (f, _, status) => [['Version', status.version], ['Memory', bytes(f('memory_bytes'))], ['Open files', share(f('open_files'), f('max_open_files'))]],
  mongodb: (_f, _, { mongodb_version }) => (mongodb_version === '' ? [] : [['Version', mongodb_version]]),
  asterisk: (_f, _, { asterisk_version }) => (asterisk_version === '' ? [] : [['Version', asterisk_version]]),
  calls: (f) => [['Calls', whole(f('calls'))], ['Lines in use', share(f('lines'), f('max_lines'))], ['Callers waiting', whole(f('waiting'))], ...late('The longest for', f('longest_wait_s'))],
  trunks: (_, figures) => each(figures, TRUNKS, whole),
  journal: (f) => [['Events not in the database yet', whole(f('waiting'))], ...late('The oldest for', f('oldest_s')), ...some('Events lost', f('lost'))],
  readers: (f) => [['Changes not read yet', whole(f('behind'))], ...some('Readers that fail', f('failing')), ...late('The longest for', f('failing_s'))],
  apps: (f) => [['Connections', share(f('sockets'), f('max_sockets'))], ['Closed because they were too slow, since the start', whole(f('too_slow'))]],
  messages: (f) => [['Webhooks waiting', whole(f('webhooks'))], ['E-mails waiting', whole(f('emails'))], ...some('E-mails that cannot be sent', f('emails_failing')), ...late('A webhook is late by', f('webhooks_late_s'))],
  traces: (f) => [['Spans waiting', whole(f('waiting'))], ['Dropped since the start', whole(f('dropped'))]],
  machine: (f, figures) => [
    ['Load', f('load').toFixed(2)], ['Processors busy', outOf(percent(f('busy')), whole(f('processors')))], ['Memory available', outOf(bytes(f('memory_free_bytes')), bytes(f('memory_bytes')))],
    ...Object.keys(PROCESSES).filter((name) => `${name}_cpu` in figures).map((name): Fact => [PROCESSES[name] ?? name, `${percent(f(`${name}_cpu`))}, ${bytes(f(`${name}_memory_bytes`))}`]),
  ],
  disk: (_, figures) => each(figures, FOLDERS, bytes),
  pbx: (f) => [['Free', bytes(f('free_bytes'))], ['Recordings not encrypted yet', whole(f('unencrypted_files'))], ...late('The oldest for', f('unencrypted_oldest_s')), ...late('Its clock differs by', Math.abs(f('clock_off_s')))],
  certificates: (_, figures) => each(figures, CERTIFICATES, daysLeft),
  retention: (f) => [['Last sweep', f('swept_at') === 0 ? 'None since the start' : instant(f('swept_at'))], ['Overdue', whole(f('overdue'))]],
  self_audit: (f) => [['Last one', instant(f('at'))], ['Result', f('passed') === 1 ? 'Passed' : 'Not passed']],
  bans: (f) => [['At the SIP port', whole(f('sip'))], ['At the phones’ port', whole(f('phones'))]],
  toll_fraud: (f) => [['Frozen', whole(f('frozen'))]],
  backups: (f) => [['Last one', instant(f('at'))]],
}
const some = (label: string, n: number): Fact[] => (n > 0 ? [[label, whole(n)]] : [])
const late = (label: string, seconds: number): Fact[] => (seconds >= 1 ? [[label, span(seconds)]] : [])

/** What there is of a part; empty where it is not known. */
export function factsOf(part: InstallationPart, status: InstallationStatus): Fact[] {
  const told = part.state !== 'unknown' && (Object.keys(part.figures).length > 0 || part.name === 'mongodb' || part.name === 'asterisk')
  return told ? SAY[part.name]((name) => part.figures[name] ?? 0, part.figures, status) : []
}
