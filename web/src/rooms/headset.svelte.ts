/**
 * A headset's buttons in the call at hand: asked of the browser when the user presses a button, and used by the tab that
 * has the phone. What a press means is decided in kit/headset.
 */
import { untrack } from 'svelte'
import { HeadsetState, layoutOf, type HeadsetAct, type HeadsetCall } from '../kit/headset'
import { allowedHeadsets, chooseHeadset, headsetsHere, hearReports, whenPlugged, type HeadsetDevice } from '../links/headset'
import { desk } from './desk.svelte'
import { phone } from './phone.svelte'

/** `unsuitable`: nothing of it takes a call or mutes; `failed`: another program has it. */
export type HeadsetStatus = 'missing' | 'none' | 'connected' | 'unsuitable' | 'failed'

class Headset {
  status = $state<HeadsetStatus>(headsetsHere() ? 'none' : 'missing')
  name = $state('')
  readonly #call: HeadsetCall = $derived.by(() => {
    const view = desk.view
    if (view.kind === 'ringing' && view.canAnswer) return 'ringing'
    return view.kind === 'talking' && view.attached ? 'talking' : 'idle'
  })
  #device: HeadsetDevice | null = null
  #state: HeadsetState | null = null
  #unhear: (() => void) | null = null
  #stop: (() => void) | null = null
  /** One after another: a device is not opened while it is being closed. */
  #line: Promise<void> = Promise.resolve()

  start(): void {
    if (this.#stop !== null || !headsetsHere()) return
    const unplug = whenPlugged(() => this.#soon())
    const following = $effect.root(() => {
      const mine = $derived(phone.status !== 'off' && phone.status !== 'elsewhere')
      $effect(() => {
        void mine
        untrack(() => this.#soon())
      })
      $effect(() => {
        const [call, muted] = [this.#call, desk.muted]
        untrack(() => this.#show(call, muted))
      })
    })
    this.#stop = () => {
      unplug()
      following()
    }
  }

  stop(): void {
    this.#stop?.()
    this.#stop = null
    this.#line = this.#line.then(() => this.#close())
  }

  /** Only from a click. */
  async choose(): Promise<void> {
    try {
      const chosen = await chooseHeadset()
      if (chosen !== null) this.#soon()
    } catch {
      this.status = 'failed'
    }
    await this.#line
  }

  /** The browser asks again before this page has it. */
  async forget(): Promise<void> {
    const all = await allowedHeadsets()
    await this.#close()
    await Promise.all(all.map((one) => one.forget?.()))
    this.status = 'none'
  }

  #soon(): void {
    this.#line = this.#line.then(() => this.#look()).catch(() => void (this.status = 'failed'))
  }

  /** What is plugged in now; opened where this tab has the phone. */
  async #look(): Promise<void> {
    const all = await allowedHeadsets()
    const device = all.find((one) => layoutOf(one.collections) !== null) ?? null
    this.status = device !== null ? 'connected' : all.length > 0 ? 'unsuitable' : 'none'
    this.name = (device ?? all[0])?.productName ?? ''
    const mine = this.#stop !== null && phone.status !== 'off' && phone.status !== 'elsewhere'
    if (device === this.#device && mine === (this.#state !== null)) return
    await this.#close()
    if (device !== null && mine) await this.#open(device)
  }

  async #open(device: HeadsetDevice): Promise<void> {
    const layout = layoutOf(device.collections)
    if (layout === null) return
    this.#device = device
    if (!device.opened) await device.open()
    const state = (this.#state = new HeadsetState(layout))
    this.#unhear = hearReports(device, (report, data) => {
      const { acts, resync } = state.heard(report, data, performance.now())
      for (const act of acts) this.#do(act)
      if (resync) this.#send(state.lit(performance.now()))
    })
    this.#show(this.#call, desk.muted)
  }

  async #close(): Promise<void> {
    this.#unhear?.()
    const device = this.#device
    if (this.#state !== null) this.#show('idle', false)
    this.#unhear = this.#device = this.#state = null
    if (device?.opened === true) await device.close().catch(() => undefined)
  }

  #show(call: HeadsetCall, muted: boolean): void {
    const reports = this.#state?.shows(call, muted, performance.now()) ?? null
    if (reports !== null) this.#send(reports)
  }

  #send(reports: ReadonlyMap<number, Uint8Array<ArrayBuffer>>): void {
    // Unplugged in this moment: the call goes on without its lights.
    for (const [report, bytes] of reports) void this.#device?.sendReport(report, bytes).catch(() => undefined)
  }

  #do(act: HeadsetAct): void {
    if (act === 'answer') desk.answer()
    else if (act === 'decline') void desk.decline()
    else if (act === 'hangUp') void desk.hangUp()
    else if (act === 'toggleMute' || (act === 'mute') !== desk.muted) void desk.toggleMute()
  }
}

export const headset = new Headset()
