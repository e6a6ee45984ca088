/**
 * Notifications on this device while the app is hidden or closed: turned on by the user, with the reason first, and
 * subscribed again at each start, in the language that the app has here. What a click on a notification asked for is
 * done once the call is here.
 */
import { untrack } from 'svelte'
import { api } from '../links/api'
import { hearClicks } from '../links/clicks'
import { writtenIn } from '../links/language'
import { NoWorker, endSubscription, pushSupported, subscribe } from '../links/push'
import { asProblem, Problem } from '../kit/problem'
import { desk } from './desk.svelte'
import { permission } from './permission.svelte'
import { actOf, placeOf, type PushAct } from './push_acts'

export type PushState = 'unknown' | 'unsupported' | 'off' | 'denied' | 'on'
const ACT_FOR_MS = 30_000

class Push {
  /** Null until the server has answered. */
  #on = $state<boolean | null>(null)
  showsCaller = $state(false)
  busy = $state(false)
  tested = $state(false)
  problem = $state.raw<Problem | null>(null)
  #device: string | null = null
  #act = $state.raw<PushAct | null>(null)
  #stop: (() => void) | null = null

  get state(): PushState {
    if (!pushSupported() || permission.state === 'missing') return 'unsupported'
    if (permission.state === 'denied') return 'denied'
    return this.#on === null ? 'unknown' : this.#on ? 'on' : 'off'
  }

  start(): void {
    void untrack(() => this.#again())
    this.#act = actOf(Object.fromEntries(new URLSearchParams(location.search)), Date.now())
    if (this.#act !== null) history.replaceState(null, '', `${location.pathname}${location.hash}`)
    const unhear = hearClicks((told, at) => {
      const act = actOf(told, at)
      const place = placeOf(told)
      if (act !== null) this.#act = act
      if (place !== null) location.hash = place
    })
    const acting = $effect.root(() => {
      $effect(() => this.#perform())
    })
    this.#stop = () => {
      unhear()
      acting()
    }
  }

  stop(): void {
    this.#stop?.()
    this.#stop = null
    this.#on = null
    this.#device = null
    this.#act = null
  }

  /** Browsers change subscriptions by themselves: what was turned on in this session is said again. */
  async #again(): Promise<void> {
    try {
      if (!pushSupported() || permission.look() !== 'granted') return
      const { items, application_server_key } = await api.pushSubscriptions()
      const mine = items.find((one) => one.current)
      if (mine === undefined) return
      this.showsCaller = mine.shows_caller
      await this.#subscribe(application_server_key)
    } catch {
      // Tried again at the next start; the app itself works as before.
    } finally {
      this.#on ??= false
    }
  }

  async #subscribe(key: string): Promise<void> {
    const made = await api.subscribePush({ ...(await subscribe(key)), shows_caller: this.showsCaller, language: writtenIn() })
    this.#device = made.device_id
    this.#on = true
  }

  /** From a touch: the browser asks the user now, unless it was allowed before. */
  async turnOn(showsCaller: boolean): Promise<void> {
    await this.#do(async () => {
      if ((await permission.ask()) !== 'granted' || !pushSupported()) return
      this.showsCaller = showsCaller
      await this.#subscribe((await api.pushSubscriptions()).application_server_key)
    })
  }

  async turnOff(): Promise<void> {
    await this.#do(async () => {
      if (this.#device !== null) await api.unsubscribePush(this.#device)
      await endSubscription()
      this.#device = null
      this.#on = false
      this.showsCaller = false
    })
  }

  async test(): Promise<void> {
    await this.#do(async () => {
      if (this.#device !== null) await api.testPush(this.#device)
      this.tested = true
    })
  }

  async #do(work: () => Promise<void>): Promise<void> {
    this.busy = true
    this.problem = null
    this.tested = false
    try {
      await work()
    } catch (error) {
      if (error instanceof NoWorker) this.problem = new Problem('push_refused', 0, 'This browser does not run the app in the background: its certificate has to be trusted here. Ask who runs Call24.')
      else this.problem = error instanceof DOMException ? new Problem('push_refused', 0, 'The browser refused: its push service cannot be reached, or it is switched off.') : asProblem(error)
    } finally {
      this.busy = false
    }
  }

  #perform(): void {
    const act = this.#act
    const view = desk.view
    if (act === null || view.kind !== 'ringing' || view.call.id !== act.call) return
    if (Date.now() - act.at > ACT_FOR_MS) {
      this.#act = null
    } else if (act.does === 'decline') {
      this.#act = null
      void desk.decline()
    } else if (act.does === 'answer' && view.canAnswer) {
      this.#act = null
      desk.answer()
    }
  }
}

export const push = new Push()
