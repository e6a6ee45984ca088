/** The phone of this page: what it says of microphones and sound, and whom it asks for the phone's lock. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { SoundReading } from '../src/kit/sound'
import type { SipCall, SipCallListener, SipListener } from '../src/links/sip'

type Phone = (typeof import('../src/rooms/phone.svelte'))['phone']
const link = vi.hoisted(() => ({ on: null as unknown }))
vi.mock('../src/rooms/calling', () => ({
  openPhone: (_access: unknown, on: unknown) => {
    link.on = on
    return { register: () => undefined, close: () => undefined, alive: () => Promise.resolve(true) }
  },
}))

// The first to run has the modules compiled.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 })

let phone: Phone
let reading: SoundReading
let spoken: (() => Promise<void>)[]
let gone: boolean
const later = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms)

/** The locks of a browser with one other tab, which has the phone. */
class Locks {
  waiting = 0
  free = false
  request(_name: string, how: LockOptions, granted: () => unknown): Promise<unknown> {
    if (this.free || how.steal === true) return Promise.resolve(granted())
    this.waiting += 1
    return new Promise((_, refuse) => how.signal?.addEventListener('abort', () => {
      this.waiting -= 1
      refuse(new DOMException('', 'AbortError'))
    }))
  }
}
let locks: Locks

beforeEach(async () => {
  vi.useFakeTimers()
  vi.resetModules()
  vi.stubGlobal('window', new EventTarget())
  locks = new Locks()
  link.on = null
  vi.stubGlobal('navigator', { locks })
  ;({ phone } = await import('../src/rooms/phone.svelte'))
  const { api } = await import('../src/links/api')
  vi.spyOn(api, 'phone').mockResolvedValue({ device_id: 'dev_1' } as never)
  vi.spyOn(api, 'tellQuality').mockResolvedValue(undefined as never)
  reading = { atMs: 0, received: 0, lost: 0, jitterMs: 2, roundTripMs: 30, sentLost: 0 }
  spoken = []
  gone = false
})
afterEach(() => {
  phone.stop()
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

function call(more: Partial<SipCall> = {}): SipCall {
  return {
    callId: 'call_1', offerId: 'off_1', purpose: 'offer', auto: false, callerName: null, callerNumber: null,
    answer: () => undefined, end: () => undefined, mute: () => undefined, speakThrough: () => (spoken.shift() ?? (() => Promise.resolve()))(), microphoneGone: () => gone, reading: () => Promise.resolve({ ...reading }), ...more,
  }
}
async function invited(more: Partial<SipCall> = {}): Promise<SipCallListener> {
  if (link.on === null || phone.status === 'off') {
    locks.free = true
    phone.start()
    await vi.waitFor(() => expect(phone.deviceId).toBe('dev_1'), { timeout: 20_000 })
    await vi.waitFor(() => expect(link.on).not.toBeNull(), { timeout: 20_000 })
  }
  return (link.on as SipListener).incoming(call(more)) as SipCallListener
}
async function talking(): Promise<SipCallListener> {
  const heard = await invited()
  phone.answer()
  heard.answered()
  phone.inPhase('talking')
  return heard
}
/** Two seconds of the call in which so many packets come. */
async function passes(received: number, lost = 0): Promise<void> {
  reading = { ...reading, atMs: reading.atMs + 2_000, received: reading.received + received, lost: reading.lost + lost }
  await later(2_000)
}

describe('a microphone that cannot be opened', () => {
  test('is told of although the call is over, until a call is answered again', async () => {
    const heard = await invited()
    phone.answer()
    heard.ended('Rejected')
    heard.microphoneFailed(Object.assign(new Error(), { name: 'NotReadableError' }))
    const { microphone } = await import('../src/rooms/microphone.svelte')
    expect([phone.call, phone.microphoneFailed, microphone.state]).toEqual([null, true, 'missing'])
    const again = await invited({ purpose: 'reattach' })
    expect(phone.microphoneFailed).toBe(true)
    phone.answer()
    again.answered()
    expect([phone.microphoneFailed, microphone.state]).toEqual([false, 'granted'])
  })

  test('in a call does not silence who still speaks through the one before, and is tried again', async () => {
    const { soundDevices } = await import('../src/rooms/sound_devices.svelte')
    await talking()
    vi.spyOn(soundDevices, 'used').mockReturnValue('headset')
    let tries = 0
    const refused = (): Promise<void> => {
      tries += 1
      return Promise.reject(new Error())
    }
    spoken = [refused, refused]
    phone.microphoneChanged()
    await later(0)
    expect([tries, phone.microphoneFailed]).toEqual([1, false])
    gone = true
    phone.microphoneChanged()
    await later(0)
    expect([tries, phone.microphoneFailed]).toEqual([2, true])
  })

  test('of a call before keeps none of this call waiting', async () => {
    const heard = await talking()
    gone = true
    spoken = [() => new Promise(() => undefined)]
    phone.microphoneChanged()
    await later(0)
    heard.ended('Terminated')
    await talking()
    await later(0)
    let tries = 0
    spoken = [() => Promise.resolve(void (tries += 1))]
    phone.microphoneChanged()
    await later(0)
    expect(tries).toBe(1)
  })
})

describe('the sound of a call', () => {
  test('is not measured on hold, and what was before is forgotten then', async () => {
    await talking()
    await passes(100)
    await passes(100)
    expect([phone.sound, phone.trouble]).toEqual(['very good', null])
    phone.inPhase('held')
    expect([phone.sound, phone.quality]).toEqual([null, null])
    for (let i = 0; i < 5; i += 1) await passes(0)
    expect([phone.sound, phone.trouble]).toEqual([null, null])
    phone.inPhase('talking')
    await passes(40)
    await passes(100)
    expect([phone.sound, phone.trouble]).toEqual(['very good', null])
  })

  test('is in trouble after two bad readings, no more on hold, and is told at the end without the time on hold', async () => {
    const { api } = await import('../src/links/api')
    const heard = await talking()
    for (let i = 0; i < 2; i += 1) await passes(0)
    expect(phone.trouble).toBeNull()
    await passes(0)
    expect(phone.trouble).toBe('nothing')
    phone.inPhase('held')
    expect(phone.trouble).toBeNull()
    await passes(0)
    heard.ended('Terminated')
    await later(0)
    expect(api.tellQuality).toHaveBeenCalledWith('call_1', expect.objectContaining({ s: 4, lost_received: 1 }))
  })
})

describe('the phone’s lock', () => {
  test('is asked for once, and no more after the phone was stopped', async () => {
    phone.start()
    phone.start()
    expect(locks.waiting).toBe(1)
    await later(1_500)
    expect(phone.status).toBe('elsewhere')
    phone.start()
    expect(locks.waiting).toBe(1)
    phone.stop()
    await later(0)
    expect([locks.waiting, phone.status]).toEqual([0, 'off'])
  })

  test('is left with the other tab by a test of the connection', async () => {
    const { SoundCheck } = await import('../src/rooms/sound_check.svelte')
    const { api } = await import('../src/links/api')
    vi.spyOn(api, 'me').mockResolvedValue({} as never)
    const check = new SoundCheck()
    const tested = check.testConnection()
    await later(3_000)
    await tested
    expect([check.pbx.state, locks.waiting, phone.status]).toEqual(['elsewhere', 0, 'off'])
  })

  test('is taken from the other tab where that is asked for', async () => {
    phone.start()
    await later(1_500)
    phone.start(true)
    await later(0)
    expect([locks.waiting, phone.status]).toEqual([0, 'connecting'])
  })
})
