import { describe, expect, test } from 'vitest'
import { ACTS, HeadsetState, layoutOf, type HeadsetLayout } from '../src/kit/headset'
import { collectionsOf } from './hid_descriptor'

/** A headset's base with all in one report, a mute that is pressed, a keypad and a reject button. Source: blog.csdn.net/paodiao2012/article/details/94834444, its telephony collection. */
const BASE = `
05 0B 09 05 A1 01 85 02 05 0B 15 00 25 01 09 20 09 97 75 01 95 02 81 22 09 2F 09 21 09 24 09 50 75 01 95 04 81 06
09 07 05 09 75 01 95 01 81 02 05 0B 09 06 A1 02 19 B0 29 BB 15 00 25 0B 75 04 95 01 81 00 C0 75 01 95 05 81 01
05 08 15 00 25 01 09 17 09 09 09 18 09 20 09 21 75 01 95 05 91 22 05 0B 15 00 25 01 09 9E 75 01 95 01 91 22 75 01 95 0A 91 01 C0`
/** A dongle with buttons and lights in reports of their own, and a mute that says how it stands. Source: a public CircuitPython example of a telephony device (usb_hid). */
const DONGLE = '05 0b 09 05 a1 01 85 01 25 01 15 00 09 20 09 2f 75 01 95 02 81 02 95 06 81 03 85 02 05 08 09 09 09 17 09 18 95 03 91 02 95 05 91 03 c0'
/** A dongle that is a phone, with reject as a button of the button page, as its maker describes it. Source: teamwork.gigaset.com, "HID Usage Tables" (page 1136427703). */
const PHONE = `
05 0B 09 01 A1 01 85 02 15 00 25 01 09 20 09 97 09 2A 75 01 95 03 81 02 09 2F 09 21 09 24 09 50 95 04 81 06 05 09 09 07 95 01 81 02 95 08 81 01
05 08 09 17 09 09 09 18 09 20 09 21 09 2A 95 06 91 02 95 0A 91 01 C0`
const KEYBOARD = '05 01 09 06 a1 01 05 07 19 e0 29 e7 15 00 25 01 75 01 95 08 81 02 c0'

const layout = (hex: string): HeadsetLayout => {
  const found = layoutOf(collectionsOf(hex))
  if (found === null) throw new Error('no headset')
  return found
}
const bits = (...bytes: number[]): DataView => new DataView(Uint8Array.from(bytes).buffer)
const sent = (reports: ReadonlyMap<number, Uint8Array> | null): unknown => (reports === null ? null : Object.fromEntries([...reports].map(([id, bytes]) => [id, [...bytes]])))

describe('where the buttons and lights of a headset are', () => {
  test('is read from its descriptor', () => {
    expect(layout(BASE)).toEqual({
      buttons: { hook: { report: 2, bit: 0, absolute: true }, mute: { report: 2, bit: 2, absolute: false }, reject: { report: 2, bit: 6, absolute: true } },
      lights: { offHook: { report: 2, bit: 0, absolute: true }, mute: { report: 2, bit: 1, absolute: true }, ring: { report: 2, bit: 2, absolute: true } },
      sizes: new Map([[2, 2]]),
    })
    expect(layout(DONGLE)).toEqual({
      buttons: { hook: { report: 1, bit: 0, absolute: true }, mute: { report: 1, bit: 1, absolute: true } },
      lights: { mute: { report: 2, bit: 0, absolute: true }, offHook: { report: 2, bit: 1, absolute: true }, ring: { report: 2, bit: 2, absolute: true } },
      sizes: new Map([[2, 1]]),
    })
    expect(layout(PHONE).buttons).toEqual({ hook: { report: 2, bit: 0, absolute: true }, mute: { report: 2, bit: 3, absolute: false }, reject: { report: 2, bit: 7, absolute: true } })
  })
  test('what is no telephone has none, whatever it says of itself', () => {
    expect(layoutOf(collectionsOf(KEYBOARD))).toBeNull()
    expect(layoutOf([])).toBeNull()
    expect(layoutOf([{ usagePage: 0x0b }])).toBeNull()
    expect(layoutOf([{ usagePage: 0x0b, inputReports: [{ reportId: 1, items: [{ usages: [0x0b0020], reportSize: 8, reportCount: 1 }] }] }])).toBeNull()
  })
})

describe('a press', () => {
  test('does one thing in each state, and most of the time nothing', () => {
    expect(ACTS).toEqual({
      lifted: { idle: null, ringing: 'answer', talking: null },
      laid: { idle: null, ringing: null, talking: 'hangUp' },
      hookPressed: { idle: null, ringing: 'answer', talking: 'hangUp' },
      muted: { idle: null, ringing: null, talking: 'mute' },
      unmuted: { idle: null, ringing: null, talking: 'unmute' },
      mutePressed: { idle: null, ringing: null, talking: 'toggleMute' },
      rejected: { idle: null, ringing: 'decline', talking: 'hangUp' },
    })
  })

  test('of a hook button that springs back right after it answered does not hang up', () => {
    const state = new HeadsetState(layout(DONGLE))
    state.shows('ringing', false, 0)
    expect(state.heard(1, bits(0b1), 1_000).acts).toEqual(['answer'])
    state.shows('talking', false, 1_050)
    expect(state.heard(1, bits(0), 1_150).acts).toEqual([])
    expect(state.heard(1, bits(0b1), 9_000).acts).toEqual([])
    expect(state.heard(1, bits(0), 9_150).acts).toEqual(['hangUp'])
  })

  test('of a base: rings, is taken, muted, unmuted and ended by its buttons, and its lights follow', () => {
    const state = new HeadsetState(layout(BASE))
    expect(sent(state.shows('ringing', false, 0))).toEqual({ 2: [0b100, 0] })
    expect(state.heard(2, bits(0b1, 0), 1_000)).toEqual({ acts: ['answer'], resync: false })
    expect(sent(state.shows('talking', false, 1_100))).toEqual({ 2: [0b1, 0] })
    // The same report again, as it comes with every change of something else.
    expect(state.heard(2, bits(0b1, 0), 1_150).acts).toEqual([])
    expect(state.heard(2, bits(0b101, 0), 5_000).acts).toEqual(['toggleMute'])
    expect(sent(state.shows('talking', true, 5_010))).toEqual({ 2: [0b11, 0] })
    expect(state.heard(2, bits(0b1, 0), 5_100).acts).toEqual([])
    expect(state.heard(2, bits(0b101, 0), 6_000).acts).toEqual(['toggleMute'])
    expect(state.heard(2, bits(0b0, 0), 9_000).acts).toEqual(['hangUp'])
    expect(sent(state.shows('idle', false, 9_100))).toEqual({ 2: [0, 0] })
    expect(state.shows('idle', false, 9_200)).toBeNull()
  })

  test('of a base: its seventh button declines a call that rings and ends one that is talked in', () => {
    const state = new HeadsetState(layout(BASE))
    state.shows('ringing', false, 0)
    expect(state.heard(2, bits(0b100_0000, 0), 1_000).acts).toEqual(['decline'])
    expect(state.heard(2, bits(0, 0), 1_100).acts).toEqual([])
    state.shows('talking', false, 2_000)
    expect(state.heard(2, bits(0b100_0001, 0), 3_000).acts).toEqual(['hangUp'])
  })

  test('of a dongle whose mute says how it stands sets what the app shows', () => {
    const state = new HeadsetState(layout(DONGLE))
    expect(sent(state.shows('ringing', false, 0))).toEqual({ 2: [0b100] })
    expect(state.heard(1, bits(0b1), 1_000).acts).toEqual(['answer'])
    expect(sent(state.shows('talking', false, 1_010))).toEqual({ 2: [0b10] })
    expect(state.heard(1, bits(0b11), 4_000).acts).toEqual(['mute'])
    expect(sent(state.shows('talking', true, 4_010))).toEqual({ 2: [0b11] })
    expect(state.heard(1, bits(0b01), 5_000).acts).toEqual(['unmute'])
    expect(state.heard(1, bits(0b00), 6_000).acts).toEqual(['hangUp'])
  })

  test('is not what a headset answers to its lights: a call that was taken or muted in the app stays as it is', () => {
    const state = new HeadsetState(layout(DONGLE))
    state.shows('talking', false, 0)
    expect(state.heard(1, bits(0b01), 50).acts).toEqual([])
    state.shows('talking', true, 5_000)
    expect(state.heard(1, bits(0b11), 5_050).acts).toEqual([])
    state.shows('idle', false, 9_000)
    expect(state.heard(1, bits(0b00), 9_050)).toEqual({ acts: [], resync: false })
    // The call was over at once, and the next one rings while the headset still answers to it.
    state.shows('talking', false, 20_000)
    state.shows('idle', false, 20_010)
    state.shows('ringing', false, 20_020)
    expect(state.heard(1, bits(0b01), 20_060).acts).toEqual([])
  })

  test('without a call does nothing, and the headset is put back to how it was', () => {
    const state = new HeadsetState(layout(DONGLE))
    expect(state.heard(1, bits(0b01), 1_000)).toEqual({ acts: [], resync: true })
    expect(sent(state.lit(1_001))).toEqual({ 2: [0] })
    expect(state.heard(1, bits(0b00), 1_050)).toEqual({ acts: [], resync: false })
  })

  test('of another report, or in one that is too short, is none', () => {
    const state = new HeadsetState(layout(BASE))
    state.shows('ringing', false, 0)
    expect(state.heard(7, bits(0xff, 0xff), 1_000).acts).toEqual([])
    expect(state.heard(2, new DataView(new ArrayBuffer(0)), 1_000).acts).toEqual([])
  })
})
