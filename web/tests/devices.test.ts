/** Which microphone and speaker are used, of what the browser lists and what was chosen. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { devicesOf, inUse, loudness } from '../src/kit/devices'

const device = (kind: string, deviceId: string, label = ''): MediaDeviceInfo => ({ kind, deviceId, label, groupId: '' }) as MediaDeviceInfo
const HEADSET = device('audioinput', 'aa', 'Headset')
const LISTED = [device('audioinput', 'default', 'Default - Headset'), device('audioinput', 'communications', 'Communications'), HEADSET, device('audioinput', 'bb', 'Webcam'), device('audiooutput', 'cc', 'Speakers'), device('videoinput', 'dd', 'Camera')]

describe('devices of a kind', () => {
  test('are listed without the second names of the default', () => {
    expect(devicesOf('audioinput', LISTED)).toEqual([{ id: 'aa', label: 'Headset' }, { id: 'bb', label: 'Webcam' }])
  })
  test('are none before the browser names them', () => {
    expect(devicesOf('audioinput', [device('audioinput', '')])).toEqual([])
  })
})

test.each([
  [null, true, { id: null, lost: false }],
  ['aa', true, { id: 'aa', lost: false }],
  ['gone', true, { id: null, lost: true }],
  ['gone', false, { id: null, lost: false }],
])('%s chosen, devices known: %s', (wanted, known, expected) => {
  expect(inUse(wanted, [{ id: 'aa', label: '' }], known)).toEqual(expected)
})

test.each([
  [[0, 0, 0], 0],
  [[1, -1, 1], 1],
  [[0.001, -0.001], 0],
  [[0.1, -0.1], 2 / 3],
  [[], 0],
])('%o is as loud as %d', (samples, expected) => {
  expect(loudness(new Float32Array(samples))).toBeCloseTo(expected, 3)
})

describe('the choice', () => {
  let listed: MediaDeviceInfo[] = []
  const kept = new Map<string, string>()
  const media = Object.assign(new EventTarget(), { enumerateDevices: () => Promise.resolve(listed) })

  beforeEach(() => {
    vi.resetModules()
    listed = LISTED
    kept.clear()
    vi.stubGlobal('navigator', { mediaDevices: media })
    vi.stubGlobal('window', new EventTarget())
    vi.stubGlobal('localStorage', { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => kept.set(key, value), removeItem: (key: string) => kept.delete(key) })
  })
  afterEach(() => vi.unstubAllGlobals())

  const told = async (devices: MediaDeviceInfo[]): Promise<void> => {
    listed = devices
    media.dispatchEvent(new Event('devicechange'))
    await new Promise((done) => setTimeout(done, 0))
  }

  test('is kept in the browser, gives way to the default when it is unplugged, and is used again when it is back', async () => {
    const { soundDevices } = await import('../src/rooms/sound_devices.svelte')
    const stop = soundDevices.start()
    soundDevices.choose('microphone', 'aa')
    expect([...kept]).toEqual([['call24.microphone', 'aa']])
    await told([device('audioinput', 'bb')])
    expect([soundDevices.used('microphone'), soundDevices.lost('microphone')]).toEqual([null, true])
    await told(LISTED)
    expect([soundDevices.used('microphone'), soundDevices.lost('microphone')]).toEqual(['aa', false])
    stop()
    soundDevices.choose('microphone', null)
    expect([...kept]).toEqual([])
  })

  test('in another tab counts here too, and nothing is chosen where all was forgotten', async () => {
    const { soundDevices } = await import('../src/rooms/sound_devices.svelte')
    const stop = soundDevices.start()
    const changed = (key: string | null): unknown => window.dispatchEvent(Object.assign(new Event('storage'), { key }))
    kept.set('call24.microphone', 'aa')
    changed('call24.call')
    expect(soundDevices.wanted('microphone')).toBeNull()
    changed('call24.microphone')
    expect(soundDevices.wanted('microphone')).toBe('aa')
    kept.clear()
    changed(null)
    expect(soundDevices.wanted('microphone')).toBeNull()
    stop()
    kept.set('call24.microphone', 'aa')
    changed('call24.microphone')
    expect(soundDevices.wanted('microphone')).toBeNull()
  })

  test('of an earlier visit is used as soon as the browser has told of its devices', async () => {
    kept.set('call24.microphone', 'aa')
    const { soundDevices } = await import('../src/rooms/sound_devices.svelte')
    expect([soundDevices.used('microphone'), soundDevices.lost('microphone')]).toEqual([null, false])
    await soundDevices.look()
    expect([soundDevices.used('microphone'), soundDevices.lost('microphone')]).toEqual(['aa', false])
  })

  test('of a speaker is not used where the browser lets no page choose one', async () => {
    kept.set('call24.speaker', 'gone')
    const { soundDevices } = await import('../src/rooms/sound_devices.svelte')
    await soundDevices.look()
    expect([soundDevices.can('speaker'), soundDevices.used('speaker'), soundDevices.lost('speaker')]).toEqual([false, null, false])
  })
})
