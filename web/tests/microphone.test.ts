/** A microphone that was chosen and cannot be opened costs no call, and no track stays open past the end of a call. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { PhoneAccess } from '../src/kit/model'
import type { SipCall, SipCallListener } from '../src/links/sip'

type Handler = (e: unknown) => void
/** As much of a user agent of JsSIP as the app asks for. */
const agent = vi.hoisted(() => ({ handlers: new Map<string, (e: unknown) => void>() }))
vi.mock('jssip', () => ({
  default: {
    WebSocketInterface: class {},
    UA: class {
      on(name: string, handler: Handler): void {
        agent.handlers.set(name, handler)
      }
      start(): void {}
    },
  },
}))

class Track extends EventTarget {
  enabled = true
  readyState = 'live'
  kind = 'audio'
  constructor(readonly device: string) {
    super()
  }
  stop(): void {
    this.readyState = 'ended'
  }
}
const named = (name: string): Error => Object.assign(new Error(name), { name })

let opened: Track[]
let wishes: (string | null)[]
/** What the browser says of a device; '' is its default. */
let broken: Record<string, string>
const getUserMedia = async ({ audio }: { audio: MediaTrackConstraints }): Promise<unknown> => {
  const wished = (audio.deviceId as { exact: string } | undefined)?.exact ?? null
  wishes.push(wished)
  const wrong = broken[wished ?? '']
  if (wrong !== undefined) throw named(wrong)
  const track = new Track(wished ?? 'default')
  opened.push(track)
  return { getTracks: () => [track], getAudioTracks: () => [track] }
}
const CHOSEN: MediaTrackConstraints = { echoCancellation: true, deviceId: { exact: 'headset' } }
const settled = (): Promise<unknown> => new Promise((done) => setTimeout(done, 0))

beforeEach(() => {
  opened = []
  wishes = []
  broken = {}
  vi.stubGlobal('navigator', { mediaDevices: { getUserMedia } })
})
afterEach(() => vi.unstubAllGlobals())

describe('a microphone that was chosen', () => {
  test.each(['NotReadableError', 'OverconstrainedError', 'NotFoundError', 'AbortError'])('gives way to the default on %s', async (wrong) => {
    const { openMicrophone } = await import('../src/links/open_microphone')
    broken = { headset: wrong }
    await openMicrophone(CHOSEN)
    expect([wishes, opened.map((one) => one.device)]).toEqual([['headset', null], ['default']])
  })

  test('is not asked for a second time where the user said no, nor where it was the default already', async () => {
    const { openMicrophone } = await import('../src/links/open_microphone')
    broken = { headset: 'NotAllowedError', '': 'NotReadableError' }
    await expect(openMicrophone(CHOSEN)).rejects.toThrow('NotAllowedError')
    await expect(openMicrophone({})).rejects.toThrow('NotReadableError')
    expect(wishes).toEqual(['headset', null])
  })
})

/** As much of a call of JsSIP as the app asks for. */
class Session {
  handlers: [string, Handler][] = []
  answeredWith: { mediaStream: { getTracks(): Track[] } } | null = null
  endedWith: unknown = null
  ended = false
  remote_identity = { display_name: 'Saraa', uri: { user: '+97699112233' } }
  replaced: ((done: void) => void) | null = null
  slow = false
  refuses = false
  readonly sender = {
    track: null as Track | null,
    replaceTrack: async (track: Track): Promise<void> => {
      if (this.refuses) throw named('InvalidStateError')
      if (this.slow) await new Promise<void>((done) => (this.replaced = done))
      this.sender.track = track
    },
  }
  stats: Record<string, unknown>[] = []
  connection = { connectionState: 'connected', getSenders: () => [this.sender], getStats: () => Promise.resolve(new Map(this.stats.map((one, at) => [at, one]))) }
  on(name: string, handler: Handler): void {
    this.handlers.push([name, handler])
  }
  emit(name: string, e: unknown = {}): void {
    for (const [of, handler] of this.handlers) if (of === name) handler(e)
  }
  isEnded(): boolean {
    return this.ended
  }
  isInProgress(): boolean {
    return !this.ended && this.answeredWith === null
  }
  answer(how: { mediaStream: { getTracks(): Track[] } }): void {
    this.answeredWith = how
    this.sender.track = how.mediaStream.getTracks()[0] ?? null
  }
  terminate(how: unknown): void {
    this.endedWith = how
    this.over()
  }
  over(): void {
    this.ended = true
    this.emit('failed', { cause: 'Rejected' })
  }
}

describe('a call', () => {
  let heard: string[]
  let session: Session
  let sip: SipCall
  beforeEach(async () => {
    const { openPhone } = await import('../src/links/sip')
    heard = []
    session = new Session()
    const told = (word: string) => (): void => void heard.push(word)
    const listener: SipCallListener = { answered: told('answered'), audio: told('audio'), ended: told('ended'), microphoneFailed: (error) => void heard.push(`failed: ${String(error)}`), microphoneGone: told('gone') }
    openPhone({ ws_url: 'wss://call.test' } as PhoneAccess, {
      registered: () => undefined, refused: () => undefined, away: () => undefined,
      incoming: (call) => {
        sip = call
        return listener
      },
    })
    agent.handlers.get('newRTCSession')?.({ originator: 'remote', session, request: { getHeader: () => undefined } })
  })

  test('is answered through the default where the chosen microphone is busy', async () => {
    broken = { headset: 'NotReadableError' }
    sip.answer(CHOSEN)
    await settled()
    expect([session.sender.track?.device, session.endedWith, heard]).toEqual(['default', null, []])
  })

  test('that no microphone can be opened for is told of before it ends, and turned away', async () => {
    broken = { headset: 'NotReadableError', '': 'NotReadableError' }
    sip.answer(CHOSEN)
    await settled()
    expect([heard, session.endedWith, session.answeredWith]).toEqual([['failed: NotReadableError: NotReadableError', 'ended'], { status_code: 480 }, null])
  })

  test('lets its microphone go at its end, and at once where the caller gave up while it was opened', async () => {
    sip.answer(CHOSEN)
    await settled()
    expect(opened[0]?.readyState).toBe('live')
    session.over()
    expect(opened[0]?.readyState).toBe('ended')
  })

  test('that is over before the microphone is open leaves nothing open', async () => {
    sip.answer(CHOSEN)
    session.over()
    await settled()
    expect([opened.map((one) => one.readyState), session.answeredWith]).toEqual([['ended'], null])
  })

  test('that ends while the microphone is changed leaves neither open, although the change never comes back', async () => {
    sip.answer(CHOSEN)
    await settled()
    session.slow = true
    const changed = sip.speakThrough({})
    await settled()
    expect(opened.map((one) => one.readyState)).toEqual(['live', 'live'])
    session.over()
    await changed
    expect(opened.map((one) => one.readyState)).toEqual(['ended', 'ended'])
  })

  test('goes on through the one before where a change is refused', async () => {
    sip.answer(CHOSEN)
    await settled()
    session.refuses = true
    await expect(sip.speakThrough({})).rejects.toThrow('InvalidStateError')
    expect([opened.map((one) => one.readyState), sip.microphoneGone()]).toEqual([['live', 'ended'], false])
  })

  test('says that its microphone was unplugged', async () => {
    sip.answer(CHOSEN)
    await settled()
    opened[0]?.stop()
    opened[0]?.dispatchEvent(new Event('ended'))
    expect([heard, sip.microphoneGone()]).toEqual([['gone'], true])
  })

  test('does not take for nothing what the browser does not know', async () => {
    session.stats = [{ type: 'inbound-rtp', kind: 'audio', packetsReceived: 50 }, { type: 'candidate-pair', nominated: true }, { type: 'remote-inbound-rtp', kind: 'audio' }]
    expect(await sip.reading()).toMatchObject({ received: 50, roundTripMs: null, sentLost: null })
    session.stats.push({ type: 'candidate-pair', nominated: true, currentRoundTripTime: 0.04 })
    expect(await sip.reading()).toMatchObject({ roundTripMs: 40 })
  })
})
