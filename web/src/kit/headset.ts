/**
 * Buttons and lights of a headset that speaks HID telephony, of whichever maker: where they are in its reports, and what
 * a press means. Pure. Source: USB HID Usage Tables 1.5, pages 0x08 (LED) and 0x0B (Telephony).
 */

/** As WebHID gives it; only what is read here. */
export interface HidItem {
  readonly usages?: readonly number[]
  readonly usageMinimum?: number
  readonly usageMaximum?: number
  readonly isRange?: boolean
  readonly isArray?: boolean
  readonly isAbsolute?: boolean
  readonly reportSize?: number
  readonly reportCount?: number
}
export interface HidReport { readonly reportId?: number; readonly items?: readonly HidItem[] }
export interface HidCollection {
  readonly usagePage?: number
  readonly children?: readonly HidCollection[]
  readonly inputReports?: readonly HidReport[]
  readonly outputReports?: readonly HidReport[]
}

export const TELEPHONY_PAGE = 0x0b
export type HeadsetButton = 'hook' | 'mute' | 'reject'
export type HeadsetLight = 'offHook' | 'ring' | 'mute'
/** `absolute`: it says how it stands; else 1 is a press. */
interface Field { readonly report: number; readonly bit: number; readonly absolute: boolean }
export interface HeadsetLayout {
  readonly buttons: Readonly<Partial<Record<HeadsetButton, Field>>>
  readonly lights: Readonly<Partial<Record<HeadsetLight, Field>>>
  /** Bytes of each report that lights are in. */
  readonly sizes: ReadonlyMap<number, number>
}

/** Page and usage. A reject button has no usage of its own: makers take the seventh button, or "drop". */
const BUTTONS: Readonly<Record<number, HeadsetButton>> = { 0x0b0020: 'hook', 0x0b002f: 'mute', 0x090007: 'reject', 0x0b0007: 'reject', 0x0b0026: 'reject' }
const LIGHTS: Readonly<Record<number, HeadsetLight>> = { 0x080017: 'offHook', 0x080018: 'ring', 0x080009: 'mute' }

/** Null: nothing of it takes a call or mutes. */
export function layoutOf(collections: readonly HidCollection[]): HeadsetLayout | null {
  const buttons: Partial<Record<HeadsetButton, Field>> = {}
  const lights: Partial<Record<HeadsetLight, Field>> = {}
  const sizes = new Map<number, number>()
  for (const one of collections) {
    if (one.usagePage !== TELEPHONY_PAGE) continue
    for (const report of reportsOf(one, 'inputReports')) find(report, BUTTONS, buttons)
    for (const report of reportsOf(one, 'outputReports')) {
      const bits = find(report, LIGHTS, lights)
      sizes.set(report.reportId ?? 0, Math.max(sizes.get(report.reportId ?? 0) ?? 0, Math.ceil(bits / 8)))
    }
  }
  if (buttons.hook === undefined && buttons.mute === undefined) return null
  return { buttons, lights, sizes: new Map([...sizes].filter(([id]) => Object.values(lights).some((light) => light.report === id))) }
}

/** WebHID gives a collection the reports of those within it too. */
function reportsOf(one: HidCollection, kind: 'inputReports' | 'outputReports'): readonly HidReport[] {
  const own = one[kind] ?? []
  return own.length > 0 ? own : (one.children ?? []).flatMap((child) => reportsOf(child, kind))
}

/** Where each of these usages is in the report; how many bits it has in all. */
function find<Name extends string>(report: HidReport, wanted: Readonly<Record<number, Name>>, found: Partial<Record<Name, Field>>): number {
  let bit = 0
  for (const item of report.items ?? []) {
    const size = item.reportSize ?? 0
    for (let at = 0; at < (item.reportCount ?? 0); at += 1, bit += size) {
      const name = size === 1 && item.isArray !== true ? wanted[usageAt(item, at)] : undefined
      if (name !== undefined) found[name] ??= { report: report.reportId ?? 0, bit, absolute: item.isAbsolute !== false }
    }
  }
  return bit
}

function usageAt(item: HidItem, at: number): number {
  if (item.isRange === true) {
    const usage = (item.usageMinimum ?? 0) + at
    return usage <= (item.usageMaximum ?? 0) ? usage : 0
  }
  // As the specification has it, the last one is of all that follow; a constant has none.
  return item.usages?.[Math.min(at, item.usages.length - 1)] ?? 0
}

export type HeadsetCall = 'idle' | 'ringing' | 'talking'
export type HeadsetAct = 'answer' | 'decline' | 'hangUp' | 'mute' | 'unmute' | 'toggleMute'
/** `lifted`, `laid`: of a hook that says how it stands; `hookPressed`: of one that is pressed. The same of mute. */
export type HeadsetPress = 'lifted' | 'laid' | 'hookPressed' | 'muted' | 'unmuted' | 'mutePressed' | 'rejected'

/** What each press does. Total. */
export const ACTS: Readonly<Record<HeadsetPress, Readonly<Record<HeadsetCall, HeadsetAct | null>>>> = {
  lifted: { idle: null, ringing: 'answer', talking: null },
  laid: { idle: null, ringing: null, talking: 'hangUp' },
  hookPressed: { idle: null, ringing: 'answer', talking: 'hangUp' },
  muted: { idle: null, ringing: null, talking: 'mute' },
  unmuted: { idle: null, ringing: null, talking: 'unmute' },
  mutePressed: { idle: null, ringing: null, talking: 'toggleMute' },
  rejected: { idle: null, ringing: 'decline', talking: 'hangUp' },
}

/** A headset answers a light by saying how its own switch stands then: no press. */
const ECHO_MS = 300

/** One headset: turns its reports into acts, and what the app shows into reports. */
export class HeadsetState {
  #call: HeadsetCall = 'idle'
  #muted = false
  readonly #known = new Map<HeadsetButton, boolean>()
  #lit = new Map<HeadsetButton, boolean>()
  #litAt = -Infinity

  constructor(readonly layout: HeadsetLayout) {}

  /** `data`: a report without its id. `resync`: the headset stands otherwise than the call, and `lit()` is to be sent again. */
  heard(report: number, data: DataView, nowMs: number): { acts: HeadsetAct[]; resync: boolean } {
    const acts: HeadsetAct[] = []
    let resync = false
    for (const [name, field] of Object.entries(this.layout.buttons) as [HeadsetButton, Field][]) {
      if (field.report !== report || field.bit >> 3 >= data.byteLength) continue
      const on = ((data.getUint8(field.bit >> 3) >> (field.bit & 7)) & 1) === 1
      const press = this.#press(name, field, on, nowMs)
      const act = press === null ? null : ACTS[press][this.#call]
      if (act !== null) acts.push(act)
      else if (press === 'lifted' || press === 'laid') resync = true
    }
    return { acts, resync }
  }

  #press(name: HeadsetButton, field: Field, on: boolean, nowMs: number): HeadsetPress | null {
    const before = this.#known.get(name) ?? false
    this.#known.set(name, on)
    if (on === before) return null
    if (name === 'reject') return on ? 'rejected' : null
    if (!field.absolute) return on ? (name === 'hook' ? 'hookPressed' : 'mutePressed') : null
    if (nowMs - this.#litAt < ECHO_MS) return null
    return name === 'hook' ? (on ? 'lifted' : 'laid') : on ? 'muted' : 'unmuted'
  }

  /** What is to be shown now; null: it is shown already. */
  shows(call: HeadsetCall, muted: boolean, nowMs: number): ReadonlyMap<number, Uint8Array<ArrayBuffer>> | null {
    if (call === this.#call && muted === this.#muted) return null
    this.#call = call
    this.#muted = muted
    return this.lit(nowMs)
  }

  /** The reports that light what is shown; the switches of the headset are expected to follow. */
  lit(nowMs: number): ReadonlyMap<number, Uint8Array<ArrayBuffer>> {
    const on: Record<HeadsetLight, boolean> = { offHook: this.#call === 'talking', ring: this.#call === 'ringing', mute: this.#call === 'talking' && this.#muted }
    const reports = new Map([...this.layout.sizes].map(([id, size]) => [id, new Uint8Array(size)]))
    for (const [name, { report, bit }] of Object.entries(this.layout.lights) as [HeadsetLight, Field][]) {
      const bytes = reports.get(report)
      if (on[name] && bytes !== undefined) bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) | (1 << (bit & 7))
    }
    if (this.layout.buttons.hook?.absolute === true && this.layout.lights.offHook !== undefined) this.#expect('hook', on.offHook, nowMs)
    if (this.layout.buttons.mute?.absolute === true && this.layout.lights.mute !== undefined) this.#expect('mute', on.mute, nowMs)
    return reports
  }

  #expect(name: HeadsetButton, on: boolean, nowMs: number): void {
    // A switch that has moved by itself may spring back all the same.
    if ((this.#lit.get(name) ?? false) !== on) this.#litAt = nowMs
    this.#lit.set(name, on)
    if ((this.#known.get(name) ?? false) === on) return
    this.#known.set(name, on)
    this.#litAt = nowMs
  }
}
