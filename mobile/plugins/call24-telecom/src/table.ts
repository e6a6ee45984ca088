/**
 * What the phone's own call screens and a call of the app do to each other, as two tables: the service that keeps the
 * app alive, and the one call. Pure. Kotlin and Swift read the same tables as JSON (write.ts) and only carry out the
 * commands; so what is tested here is what a phone does.
 */

/** `wanted`: it may start only while the app is seen; `lasting`: only until the call is over. */
export type Service = 'off' | 'wanted' | 'on' | 'lasting'
/**
 * `plain`: rings by a notification of our own, because the system takes no call of ours; `linked`, `audible`: answered by
 * the person, and one of the two that an answer needs is there: the connection to the PBX, and the sound of the phone.
 */
export type Call = 'none' | 'ringing' | 'plain' | 'answering' | 'linked' | 'audible' | 'connecting' | 'starting' | 'active' | 'held'

/** From the app (its server and its SIP phone), from the person at the system's screens, and from the system. */
export type Signal =
  | 'duty_on' | 'duty_off' | 'offered' | 'placed' | 'app_answered' | 'app_declined' | 'app_ended' | 'app_held' | 'app_resumed' | 'app_muted' | 'app_unmuted'
  | 'connected' | 'ended' | 'ended_elsewhere' | 'missed' | 'link_alive' | 'link_dead' | 'microphone_refused'
  | 'system_answered' | 'system_declined' | 'system_ended' | 'system_held' | 'system_resumed' | 'system_muted' | 'system_unmuted'
  | 'system_refused' | 'system_reset' | 'audio_ready' | 'visible' | 'hidden' | 'service_refused' | 'answer_late'

/** Those that begin with `app_` are the app's to carry out, all others the phone's. */
export type Command =
  | 'register_account' | 'start_service' | 'stop_service' | 'report_incoming' | 'report_outgoing' | 'ring_plain' | 'stop_plain' | 'take_audio'
  | 'request_answer' | 'set_active' | 'set_held' | 'set_resumed' | 'tell_muted' | 'tell_unmuted'
  | 'end_local' | 'end_remote' | 'end_elsewhere' | 'end_missed' | 'end_declined' | 'end_failed'
  | 'show_when_locked' | 'hide_when_locked' | 'keep_awake' | 'let_sleep' | 'start_patience' | 'stop_patience'
  | 'app_probe' | 'app_reopen' | 'app_answer' | 'app_decline' | 'app_hang_up' | 'app_hold' | 'app_resume' | 'app_mute' | 'app_unmute' | 'app_no_microphone'

/** Of a row: it holds for the call that is there, and only while the app is seen or not seen; `other`: for any other call. */
export type When = '' | 'visible' | 'hidden' | 'other'
export type Row<S extends string> = readonly [state: S, signal: Signal, when: When, next: S, commands: readonly Command[]]

/**
 * A service for the microphone may start only while the app is seen (Android 14), so it starts when the agent becomes
 * available and not when a call comes in: a call that is answered on the locked screen has its microphone.
 */
export const SERVICE: readonly Row<Service>[] = [
  ['off', 'duty_on', 'visible', 'on', ['register_account', 'start_service']],
  ['off', 'duty_on', 'hidden', 'wanted', ['register_account']],
  ['off', 'placed', 'visible', 'lasting', ['register_account', 'start_service']],
  ['off', 'offered', 'visible', 'lasting', ['register_account', 'start_service']],
  ['off', 'offered', 'hidden', 'off', ['register_account']],
  ['wanted', 'visible', '', 'on', ['start_service']],
  ['wanted', 'duty_off', '', 'off', []],
  ['on', 'duty_off', '', 'off', ['stop_service']],
  ['on', 'service_refused', '', 'wanted', []],
  ['lasting', 'duty_on', '', 'on', []],
  ['lasting', 'service_refused', '', 'off', []],
]
/** While there is a call, these rows stand before those of SERVICE: the end of duty does not cut the microphone. */
export const SERVICE_IN_CALL: readonly Row<Service>[] = [
  ['on', 'duty_off', '', 'lasting', []],
]

const OVER: readonly Command[] = ['hide_when_locked', 'let_sleep']
const STOPPED: readonly Command[] = ['stop_patience', ...OVER]

/** The ways a call ends that is not answered yet, or not yet connected, and what the system's list of calls says of it. */
const ends = (state: Call, before: readonly Command[]): Row<Call>[] => [
  [state, 'ended', '', 'none', ['end_remote', ...before]],
  [state, 'ended_elsewhere', '', 'none', ['end_elsewhere', ...before]],
  [state, 'missed', '', 'none', ['end_missed', ...before]],
  [state, 'system_reset', '', 'none', ['app_hang_up', ...before]],
]
const hangsUp = (state: Call, before: readonly Command[]): Row<Call>[] => [
  [state, 'system_ended', '', 'none', ['end_local', 'app_hang_up', ...before]],
  [state, 'app_ended', '', 'none', ['end_local', ...before]],
  [state, 'microphone_refused', '', 'none', ['end_failed', 'app_hang_up', 'app_no_microphone', ...before]],
]
const busy = (state: Call): Row<Call> => [state, 'offered', 'other', state, ['app_decline']]
const waits = (state: Call): Row<Call>[] => [
  busy(state), ...ends(state, STOPPED), ...hangsUp(state, STOPPED),
  [state, 'answer_late', '', 'none', ['end_failed', 'app_hang_up', ...OVER]],
]
const mutes = (state: Call): Row<Call>[] => [
  [state, 'system_muted', '', state, ['app_mute']],
  [state, 'system_unmuted', '', state, ['app_unmute']],
  [state, 'app_muted', '', state, ['tell_muted']],
  [state, 'app_unmuted', '', state, ['tell_unmuted']],
]

export const CALL: readonly Row<Call>[] = [
  ['none', 'offered', '', 'ringing', ['report_incoming', 'show_when_locked']],
  ['none', 'placed', '', 'starting', ['report_outgoing', 'keep_awake']],
  // The app was loaded again, or started again, in a call.
  ['none', 'connected', '', 'active', ['register_account', 'report_outgoing', 'set_active', 'keep_awake']],

  busy('ringing'),
  // The system answers, whoever pressed: there is one way to an answer.
  ['ringing', 'app_answered', '', 'ringing', ['request_answer']],
  ['ringing', 'system_answered', '', 'answering', ['keep_awake', 'start_patience', 'app_probe']],
  // Answered by the app itself, which takes up a call again that it had before.
  ['ringing', 'connected', '', 'active', ['request_answer', 'set_active', 'keep_awake', 'hide_when_locked']],
  ['ringing', 'system_refused', '', 'plain', ['ring_plain']],
  ['ringing', 'system_declined', '', 'none', ['end_declined', 'app_decline', ...OVER]],
  ['ringing', 'system_ended', '', 'none', ['end_declined', 'app_decline', ...OVER]],
  ['ringing', 'app_declined', '', 'none', ['end_declined', ...OVER]],
  ...ends('ringing', OVER),

  busy('plain'),
  ['plain', 'app_answered', '', 'answering', ['stop_plain', 'keep_awake', 'start_patience', 'take_audio', 'app_probe']],
  ['plain', 'system_answered', '', 'answering', ['stop_plain', 'keep_awake', 'start_patience', 'take_audio', 'app_probe']],
  ['plain', 'system_declined', '', 'none', ['stop_plain', 'app_decline', ...OVER]],
  ['plain', 'app_declined', '', 'none', ['stop_plain', ...OVER]],
  ...ends('plain', ['stop_plain', ...OVER]),

  // A socket that slept with the phone may say that it is open: it is asked before the call is answered on it.
  ['answering', 'link_alive', '', 'linked', []],
  ['answering', 'link_dead', '', 'answering', ['app_reopen']],
  ['answering', 'audio_ready', '', 'audible', []],
  // The same call, come again over the new connection.
  ['answering', 'offered', '', 'linked', []],
  ...waits('answering'),
  ['linked', 'audio_ready', '', 'connecting', ['app_answer']],
  ['linked', 'link_dead', '', 'answering', ['app_reopen']],
  ...waits('linked'),
  ['audible', 'link_alive', '', 'connecting', ['app_answer']],
  ['audible', 'offered', '', 'connecting', ['app_answer']],
  ['audible', 'link_dead', '', 'audible', ['app_reopen']],
  ...waits('audible'),
  ['connecting', 'connected', '', 'active', ['stop_patience', 'set_active', 'hide_when_locked']],
  ...waits('connecting'),

  busy('starting'),
  ['starting', 'connected', '', 'active', ['set_active']],
  ['starting', 'system_refused', '', 'starting', ['take_audio']],
  ...ends('starting', OVER),
  ...hangsUp('starting', OVER),

  busy('active'),
  ['active', 'system_held', '', 'held', ['set_held', 'app_hold']],
  ['active', 'app_held', '', 'held', ['set_held']],
  ['active', 'system_refused', '', 'active', ['take_audio']],
  ...mutes('active'),
  ...ends('active', OVER),
  ...hangsUp('active', OVER),

  busy('held'),
  ['held', 'system_resumed', '', 'active', ['set_resumed', 'app_resume']],
  ['held', 'app_resumed', '', 'active', ['set_resumed']],
  ...mutes('held'),
  ...ends('held', OVER),
  ...hangsUp('held', OVER),
]

/** Of each call as Android's Telecom has it. Holding works only with both. Source: android.telecom.Connection */
export const CAPABILITIES = ['HOLD', 'SUPPORT_HOLD', 'MUTE'] as const
export const PROPERTIES = ['SELF_MANAGED'] as const
/** Seconds from the answer to the sound, by the phone's steady clock. Times of the server are never compared with the phone's. */
export const PATIENCE_S = 12
export const TABLE = { start: { service: 'off', call: 'none' }, service_in_call: SERVICE_IN_CALL, service: SERVICE, call: CALL, capabilities: CAPABILITIES, properties: PROPERTIES, patience_s: PATIENCE_S }

export interface State { service: Service; call: Call; callId: string | null; visible: boolean }
export const START: State = { service: 'off', call: 'none', callId: null, visible: false }
/** `callId`: of the call that it is about; null where it is about none, or about whichever there is. */
export interface Told { signal: Signal; callId: string | null }
export interface Step { state: State; commands: { command: Command; callId: string | null }[] }

function rowOf<S extends string>(rows: readonly Row<S>[], now: S, signal: Signal, visible: boolean, other: boolean): Row<S> | undefined {
  return rows.find(([state, wanted, when]) =>
    state === now && wanted === signal && (when === 'other') === other && (when !== 'visible' || visible) && (when !== 'hidden' || !visible))
}

/** What is not in the tables changes nothing. The commands of the service come first, and its end last. */
export function advance(before: State, { signal, callId }: Told): Step {
  const visible = signal === 'visible' || (signal !== 'hidden' && before.visible)
  const other = callId !== null && before.callId !== null && callId !== before.callId
  const row = rowOf(CALL, before.call, signal, visible, other)
  const call = row?.[3] ?? before.call
  const about = before.callId ?? callId
  const inCall = before.call !== 'none' || call !== 'none'
  const service = other ? undefined : rowOf(inCall ? [...SERVICE_IN_CALL, ...SERVICE] : SERVICE, before.service, signal, visible, false)
  const commands = [...(service?.[4] ?? []), ...(row?.[4] ?? [])].map((command) => ({ command, callId: other ? callId : about }))
  let next = service?.[3] ?? before.service
  if (next === 'lasting' && call === 'none') {
    next = 'off'
    commands.push({ command: 'stop_service', callId: null })
  }
  return { state: { service: next, call, callId: call === 'none' ? null : about, visible }, commands }
}
