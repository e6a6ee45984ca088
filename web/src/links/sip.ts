/**
 * The agent's phone: the only file that knows JsSIP. It registers over WSS, hands over incoming calls and their audio,
 * and says how the registration stands. When to answer, decline or try again is decided in rooms/phone.
 */
import JsSIP from 'jssip'
import type { RTCSession } from 'jssip/lib/RTCSession'
import type { IncomingRTCSessionEvent, OutgoingRTCSessionEvent } from 'jssip/lib/UA'
import type { PhoneAccess, Purpose } from '../kit/model'
import type { SoundReading } from '../kit/sound'
import { letGo, openMicrophone } from './open_microphone'

export interface SipCall {
  readonly callId: string | null
  readonly offerId: string | null
  /** Why the phone rings, in the server's words. */
  readonly purpose: Purpose
  /** The server asks that this call is answered at once: the person has asked for it already. */
  readonly auto: boolean
  readonly callerName: string | null
  readonly callerNumber: string | null
  /** Opens the microphone first. Where none can be opened, the call is turned away and its listener told. */
  answer(constraints: MediaTrackConstraints): void
  end(): void
  mute(on: boolean): void
  /** Speaks through another microphone from now on; the call goes on meanwhile. Rejects where it cannot be opened. */
  speakThrough(constraints: MediaTrackConstraints): Promise<void>
  /** Whether the microphone was unplugged. */
  microphoneGone(): boolean
  reading(): Promise<SoundReading | null>
}
export interface SipCallListener {
  answered(): void
  audio(stream: MediaStream): void
  ended(cause: string): void
  /** Before `ended`. `error`: the browser's. */
  microphoneFailed(error?: unknown): void
  /** The microphone was unplugged in the call. */
  microphoneGone?(): void
}
export interface SipListener {
  registered(): void
  refused(status: number): void
  away(): void
  /** Returns what wants to hear about the call, or null to turn it away. */
  incoming(call: SipCall): SipCallListener | null
}
export interface SipPhone {
  register(): void
  close(): void
  /** Whether the PBX answers; a socket that slept may say that it is open. False after 32 s at most, when SIP gives up. */
  alive(): Promise<boolean>
}
/** Of JsSIP, whose types leave it out. A refusal is an answer too. */
interface AsksOptions {
  sendOptions(target: string, body: null, how: { eventHandlers: { succeeded(): void; failed(e: { response: unknown }): void } }): unknown
}

const ICE_PATIENCE_MS = 600

function wrap(session: RTCSession, header: (name: string) => string | undefined, listener: () => SipCallListener | null): SipCall {
  const auto = header('X-Call24-Answer') === 'auto'
  return {
    callId: header('X-Call24-Call') ?? null,
    offerId: header('X-Call24-Offer') ?? null,
    purpose: (header('X-Call24-Purpose') as Purpose | undefined) ?? (auto ? 'reattach' : 'offer'),
    auto,
    callerName: session.remote_identity.display_name || null,
    callerNumber: /^\+?\d{3,}$/.test(session.remote_identity.uri.user) ? session.remote_identity.uri.user : null,
    answer: (constraints) => void answer(session, constraints, listener),
    end: () => {
      if (!session.isEnded()) session.terminate()
    },
    mute: (on) => (on ? session.mute({ audio: true }) : session.unmute({ audio: true })),
    speakThrough: (constraints) => speakThrough(session, constraints, listener),
    microphoneGone: () => senderOf(session)?.track?.readyState === 'ended',
    reading: () => readSound(session.connection),
  }
}

const senderOf = (session: RTCSession): RTCRtpSender | undefined =>
  (session.connection as RTCPeerConnection | undefined)?.getSenders().find((one) => one.track?.kind === 'audio')

/** JsSIP lets go only of what it has opened itself. Resolves at the end of the call, at once where it has ended already. */
function letGoAtTheEnd(session: RTCSession, stream: MediaStream): Promise<void> {
  return new Promise((resolve) => {
    const over = (): void => {
      letGo(stream)
      resolve()
    }
    session.on('ended', over)
    session.on('failed', over)
    if (session.isEnded()) over()
  })
}

/** JsSIP would give up at the first microphone that cannot be opened, and tells of it when the call has failed. */
async function answer(session: RTCSession, constraints: MediaTrackConstraints, listener: () => SipCallListener | null): Promise<void> {
  let stream: MediaStream
  try {
    stream = await openMicrophone(constraints)
  } catch (error) {
    listener()?.microphoneFailed(error)
    if (!session.isEnded()) session.terminate({ status_code: 480 })
    return
  }
  void letGoAtTheEnd(session, stream)
  // Given up by the caller, or answered by another press.
  if (!session.isInProgress()) return letGo(stream)
  tellOfItsEnd(stream, listener)
  session.answer({ mediaStream: stream, pcConfig: { iceServers: [] } })
}

function tellOfItsEnd(stream: MediaStream, listener: () => SipCallListener | null): void {
  for (const track of stream.getAudioTracks()) track.addEventListener('ended', () => listener()?.microphoneGone?.())
}

async function speakThrough(session: RTCSession, constraints: MediaTrackConstraints, listener: () => SipCallListener | null): Promise<void> {
  const stream = await openMicrophone(constraints)
  const over = letGoAtTheEnd(session, stream)
  const track = stream.getAudioTracks()[0]
  const sender = senderOf(session)
  const before = sender?.track
  if (track === undefined || sender === undefined || before == null || session.isEnded()) return letGo(stream)
  try {
    track.enabled = before.enabled
    // Of a connection that is closed meanwhile it may never come back.
    await Promise.race([sender.replaceTrack(track), over])
  } catch (error) {
    letGo(stream)
    throw error
  }
  // Muted meanwhile.
  track.enabled = before.enabled
  before.stop()
  tellOfItsEnd(stream, listener)
}

const inShares = (value: number | null): number | null => (value === null ? null : Math.min(1, Math.max(0, value)))
const inMs = (seconds: number | null): number | null => (seconds === null ? null : seconds * 1000)

async function readSound(connection: RTCPeerConnection | undefined): Promise<SoundReading | null> {
  if (connection === undefined || connection.connectionState === 'closed') return null
  let reading: SoundReading | null = null
  let roundTripMs: number | null = null
  let sentLost: number | null = null
  for (const report of (await connection.getStats()).values() as Iterable<Record<string, unknown>>) {
    const value = (name: string): number => (typeof report[name] === 'number' ? report[name] : 0)
    if (report['type'] === 'inbound-rtp' && report['kind'] === 'audio') {
      reading = {
        atMs: value('timestamp'), received: value('packetsReceived'), lost: value('packetsLost'),
        jitterMs: value('jitter') * 1000, roundTripMs: null, made: value('concealedSamples') - value('silentConcealedSamples'), samples: value('totalSamplesReceived'),
      }
    }
    const known = (name: string): number | null => (typeof report[name] === 'number' ? report[name] : null)
    // What the PBX tells by RTCP of the sound that it gets.
    if (report['type'] === 'remote-inbound-rtp' && report['kind'] === 'audio') sentLost = inShares(known('fractionLost'))
    if (report['type'] === 'candidate-pair' && report['nominated'] === true) roundTripMs = inMs(known('currentRoundTripTime'))
  }
  return reading === null ? null : { ...reading, roundTripMs, sentLost }
}

function follow(session: RTCSession, on: SipCallListener): void {
  const watch = (connection: RTCPeerConnection): void =>
    connection.addEventListener('track', (e) => on.audio(e.streams[0] ?? new MediaStream([e.track])))
  session.on('peerconnection', (e) => watch(e.peerconnection))
  let patience: ReturnType<typeof setTimeout> | undefined
  session.on('icecandidate', (e) => {
    // One slow interface (a VPN, a phone between two networks) must not hold the answer back.
    patience ??= setTimeout(() => e.ready(), ICE_PATIENCE_MS)
  })
  session.on('confirmed', () => on.answered())
  const over = (e: { cause: string }): void => {
    clearTimeout(patience)
    on.ended(e.cause)
  }
  session.on('ended', over)
  session.on('failed', over)
}

function isIncoming(e: IncomingRTCSessionEvent | OutgoingRTCSessionEvent): e is IncomingRTCSessionEvent {
  return String(e.originator) === 'remote'
}

export function openPhone(access: PhoneAccess, on: SipListener): SipPhone {
  const ua = new JsSIP.UA({
    sockets: [new JsSIP.WebSocketInterface(access.ws_url)],
    uri: access.aor,
    authorization_user: access.username,
    password: access.password,
    register: true,
    register_expires: 120,
    session_timers: false,
    connection_recovery_min_interval: 1,
    connection_recovery_max_interval: 8,
    user_agent: 'Call24 app',
  })
  ua.on('registered', () => on.registered())
  ua.on('registrationFailed', (e) => on.refused(e.response?.status_code ?? 0))
  ua.on('disconnected', () => on.away())
  ua.on('newRTCSession', (e: IncomingRTCSessionEvent | OutgoingRTCSessionEvent) => {
    if (!isIncoming(e)) return
    const session = e.session
    let listener: SipCallListener | null = null
    listener = on.incoming(wrap(session, (name) => e.request.getHeader(name), () => listener))
    if (listener === null) session.terminate({ status_code: 486, reason_phrase: 'Busy Here' })
    else follow(session, listener)
  })
  ua.start()
  return {
    register: () => ua.register(),
    alive: () =>
      new Promise((resolve) => {
        const eventHandlers = { succeeded: () => resolve(true), failed: (e: { response: unknown }) => resolve(e.response != null) }
        ;(ua as unknown as AsksOptions).sendOptions(access.aor, null, { eventHandlers })
      }),
    close: () => {
      ua.removeAllListeners()
      ua.stop()
    },
  }
}
