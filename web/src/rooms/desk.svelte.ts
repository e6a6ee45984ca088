/**
 * The agent's desk: the one call before them and what they can do with it. Rings, keeps the screen awake, and takes a
 * call up again after a reload. The view itself is decided in desk.ts; availability in duty.svelte.ts.
 */
import { untrack } from 'svelte'
import { api, type CallVerb } from '../links/api'
import { store } from '../links/store'
import type { LiveCall, Target } from '../kit/model'
import { asProblem, type Problem } from '../kit/problem'
import { deskView, withCustomer, type CustomerCall, type DeskCall, type DeskView } from './desk'
import { live } from './live.svelte'
import { phone } from './phone.svelte'
import { endNote, startRinging, stopRinging } from './ringtone'
import { takeover } from './takeover.svelte'
import { transferred } from './transferred.svelte'
import { announce, keepAwake, letSleep } from './attention'

const HANG_UP_PATIENCE_MS = 1_500
const GOODBYE_PATIENCE_MS = 2_000
const OVER_PATIENCE_MS = 2_500
const REATTACH_EVERY_MS = 5_000

/** What was wished for is so already. */
const DONE_ALREADY = new Set(['already_muted', 'not_muted', 'already_held', 'not_held', 'recording_on', 'recording_paused', 'recording_not_paused'])

class Desk {
  #dismissed = $state.raw<ReadonlySet<string>>(new Set())
  #over = $state<string | null>(null)
  #known = $state.raw<LiveCall | null>(null)
  problem = $state.raw<Problem | null>(null)
  /** The verb that the server is being asked for. */
  busy = $state<CallVerb | null>(null)
  /** On a phone's screen the call can be put aside, to look something up meanwhile. */
  aside = $state(false)
  view: DeskView = $derived(
    deskView({
      call: live.state?.call ?? null,
      known: this.#known,
      session: live.state?.session ?? null,
      phone: phone.call,
      ended: live.ended,
      dismissed: this.#dismissed,
      over: this.#over,
    }),
  )
  readonly callId: string | null = $derived(this.view.kind === 'talking' || this.view.kind === 'ringing' ? this.view.call.id : null)
  /** The call goes on, but on another device of this user. */
  readonly elsewhere: boolean = $derived(
    this.view.kind === 'talking' && this.view.state !== 'connecting' && !this.view.attached && phone.call === null && !this.#here(this.view.call),
  )
  /** The queue of the call that was in hand last: its dispositions are asked for in wrap-up. */
  readonly lastCall: { id: string; queue: string | null } | null = $derived(this.#known === null ? null : { id: this.#known.id, queue: this.#known.queue?.id ?? null })
  /** The call with a customer that is before this agent: ringing, in hand, or the one of the wrap-up. */
  readonly customerCall: CustomerCall | null = $derived.by(() => {
    const { view } = this
    if (view.kind === 'ringing' || view.kind === 'talking') return withCustomer(view.call)
    // Between the end of a call and its wrap-up the session still names it: who types a note goes on typing.
    const session = view.kind === 'wrap_up' ? view.session : live.state?.session
    const lasts = session?.state === 'wrap_up' || session?.state === 'on_call'
    return lasts && this.#known?.id === session.call_id ? withCustomer(this.#known) : null
  })
  readonly #ringing = $derived(this.view.kind === 'ringing')
  readonly #talking = $derived(this.view.kind === 'talking')
  /** Held by the server whatever the device; the wish counts from the touch on, and stays while the server is away. */
  #muteWish = $state.raw<{ call: string | null; on: boolean } | null>(null)
  readonly muted: boolean = $derived.by(() => {
    if (this.view.kind !== 'talking') return false
    return this.#muteWish?.call === this.view.call.id ? this.#muteWish.on : this.view.call.muted
  })
  #digits = ''
  #stop: (() => void) | null = null
  #reattachedAt = 0

  start(): void {
    this.#stop ??= $effect.root(() => {
      $effect(() => {
        const told = live.state?.call
        if (told) this.#known = told
      })
      $effect(() => this.#ring())
      $effect(() => {
        if (phone.call?.stage === 'talking') phone.setMuted(this.muted)
      })
      $effect(() => phone.inPhase(this.view.kind === 'talking' ? this.view.state : null))
      $effect(() => {
        const told = live.state?.call
        if (told && this.#muteWish?.call === told.id && this.#muteWish.on === told.muted && this.busy === null) this.#muteWish = null
      })
      $effect(() => this.#accompany())
      $effect(() => this.#afterSipEnd())
      $effect(() => this.#afterServerEnd())
      $effect(() => this.#reattach())
    })
  }

  stop(): void {
    this.#stop?.()
    this.#stop = null
    stopRinging()
    letSleep()
    transferred.clear()
  }

  #ring(): void {
    if (!this.#ringing) return stopRinging()
    startRinging()
    transferred.clear()
    const view = untrack(() => this.view)
    if (view.kind === 'ringing') void announce(view.call.purpose === 'consult' ? 'A colleague calls' : (view.call.queue?.name ?? null), view.call.id).catch(() => undefined)
  }

  #accompany(): (() => void) | void {
    if (!this.#talking) {
      this.aside = false
      return
    }
    keepAwake()
    return () => {
      letSleep()
      endNote()
    }
  }

  /** Our side of the SIP call ended: believe it until the server has had time to say so itself. */
  #afterSipEnd(): (() => void) | void {
    const over = phone.over
    if (over === null) return
    this.#over = over.callId
    if (live.link !== 'live') return
    const timer = setTimeout(() => {
      void live.refresh().then(() => (this.#over = null))
    }, OVER_PATIENCE_MS)
    return () => clearTimeout(timer)
  }

  /** The server says that it is over, and no goodbye comes (Asterisk died in it): the phone must be free for the next. */
  #afterServerEnd(): (() => void) | void {
    const call = phone.call
    const endedAt = call === null || call.callId === null ? undefined : live.ended.get(call.callId)
    if (call === null || endedAt === undefined || call.since > endedAt) return
    const timer = setTimeout(() => phone.end(), GOODBYE_PATIENCE_MS)
    return () => clearTimeout(timer)
  }

  /** The server has a call of ours that this page has no sound for: a reload, or the phone fell away. */
  #reattach(): (() => void) | void {
    if (this.view.kind !== 'talking' || this.view.attached || phone.call !== null || phone.status !== 'ready') return
    const id = this.view.call.id
    // One that nobody has answered yet has no voice to come back to.
    const begun = this.view.state !== 'connecting' && this.view.state !== 'dialling'
    // Who is asked by a colleague has no call of its own to take up: the server refuses it.
    if (id === null || this.elsewhere || !begun || this.view.call.part === 'third') return
    const wait = Math.max(0, this.#reattachedAt + REATTACH_EVERY_MS - Date.now())
    let timer = setTimeout(function again(desk: Desk) {
      desk.#reattachedAt = Date.now()
      void desk.#tell(id, 'reattach')
      timer = setTimeout(again, REATTACH_EVERY_MS, desk)
    }, wait, this)
    return () => clearTimeout(timer)
  }

  /**
   * Whether this device has the call: the server says so, or it was answered here a moment ago. What this page stored alone
   * would not do: a browser that is killed loses what it stored in its last seconds.
   */
  #here(call: DeskCall): boolean {
    return (call.deviceId !== null && call.deviceId === phone.deviceId) || store.choice('call') === call.id
  }

  async #tell(id: string, verb: CallVerb, body?: unknown): Promise<boolean> {
    this.busy = verb
    if (verb === 'transfer' || verb === 'complete') takeover.leaving(id)
    try {
      await api.tellCall(id, verb, body)
      this.problem = null
      if (verb === 'transfer' || verb === 'complete') void transferred.follow(id)
      return true
    } catch (error) {
      const problem = asProblem(error)
      if (DONE_ALREADY.has(problem.code)) return true
      this.problem = problem
      if (!problem.away) live.refreshSoon()
      return false
    } finally {
      this.busy = null
    }
  }

  answer(): void {
    if (this.view.kind !== 'ringing' || !this.view.canAnswer) return
    stopRinging()
    if (this.view.call.id !== null) store.setChoice('call', this.view.call.id)
    phone.answer()
  }

  async decline(): Promise<void> {
    if (this.view.kind !== 'ringing') return
    const { id, offerId } = this.view.call
    const mark = offerId ?? id
    if (mark === null) return phone.end()
    this.#dismissed = new Set([...this.#dismissed, mark])
    stopRinging()
    // The phone's own refusal works even while the server is away; Asterisk passes it on.
    if (id === null || !(await this.#tell(id, 'decline'))) phone.end()
  }

  async hangUp(): Promise<void> {
    if (this.view.kind !== 'talking') return
    const { id } = this.view.call
    if (id !== null) takeover.leaving(id)
    const told = id !== null && (await this.#tell(id, 'hangup'))
    if (!told) return phone.end()
    setTimeout(() => phone.call?.callId === id && phone.end(), HANG_UP_PATIENCE_MS)
  }

  /** One wish at a time about the call in hand; true when the server has taken it. */
  async ask(verb: CallVerb, body?: unknown): Promise<boolean> {
    if (this.view.kind !== 'talking' || this.view.call.id === null || this.busy !== null) return false
    return this.#tell(this.view.call.id, verb, body)
  }

  async toggleHold(): Promise<void> {
    if (this.view.kind !== 'talking' || (this.view.state !== 'talking' && this.view.state !== 'held')) return
    await this.ask(this.view.state === 'held' ? 'resume' : 'hold')
  }

  /**
   * Silence comes at once from this device; the server keeps it for whatever device follows. Who is only asked in a call
   * has no say about it at the server, and is muted here alone.
   */
  async toggleMute(): Promise<void> {
    if (this.view.kind !== 'talking' || !this.view.attached || this.view.call.id === null) return
    const { id, part } = this.view.call
    const on = !this.muted
    this.#muteWish = { call: id, on }
    if (part !== 'agent') return
    const told = await this.#tell(id, on ? 'mute' : 'unmute')
    // Not heard while the screen says otherwise would be worse than still muted.
    if (!told && !on) this.#muteWish = null
  }

  transfer(to: Target): Promise<boolean> {
    return this.ask('transfer', { to })
  }

  consult(to: Target): Promise<boolean> {
    return this.ask('consult', { to })
  }

  /** Digits go out in the order of the keys, several at a time when the network is slow. */
  sendDigit(digit: string): void {
    const first = this.#digits === ''
    this.#digits += digit
    if (first) void this.#sendDigits()
  }

  async #sendDigits(): Promise<void> {
    while (this.#digits !== '') {
      const id = this.callId
      const some = this.#digits.slice(0, 32)
      try {
        if (id !== null) await api.sendDigits(id, some)
      } catch (error) {
        this.problem = asProblem(error)
      }
      this.#digits = this.#digits.slice(some.length)
    }
  }

  /** Brings a call that goes on elsewhere to this device. */
  continueHere(): void {
    if (this.callId === null) return
    store.setChoice('call', this.callId)
    phone.start(true)
    void this.#tell(this.callId, 'reattach')
  }
}

export const desk = new Desk()
