/**
 * This page as a telephone: registered or not, the one conversation it has, and beside it a call that a supervisor
 * listens to. One tab at a time holds the phone. What a call means is the server's to say: rooms/desk puts it together.
 */
import { api } from '../links/api'
import type { SipCall, SipCallListener, SipPhone } from '../links/sip'
import type { Purpose } from '../kit/model'
import { Blamed, causeOf, measured, together, wordOf, type SoundCause, type SoundMeasure, type SoundReading, type SoundWord } from '../kit/sound'
import { earpiece } from './earpiece.svelte'
import { microphone } from './microphone.svelte'
import { tellQuality } from './call_quality'
import { soundDevices } from './sound_devices.svelte'

export type PhoneStatus = 'off' | 'connecting' | 'ready' | 'away' | 'elsewhere'
export interface PhoneCall {
  callId: string | null
  offerId: string | null
  purpose: Purpose
  callerName: string | null
  callerNumber: string | null
  stage: 'ringing' | 'answering' | 'talking'
  /** When the INVITE came, by this device's clock. */
  since: number
  answeredAt: number | null
}

const READ_SOUND_MS = 2_000
const PATIENCE_MS = 12_000
/** Phases of a call in which somebody is to be heard. On hold nothing is sent here, which is no fault. */
const HEARS: ReadonlySet<string | null> = new Set(['talking', 'conference'])

class Phone {
  status = $state<PhoneStatus>('off')
  /** Which of the user's devices this is, once the server has said so. */
  deviceId = $state<string | null>(null)
  call = $state.raw<PhoneCall | null>(null)
  /** The call whose SIP side ended last, and when. */
  over = $state.raw<{ callId: string | null; at: number } | null>(null)
  muted = $state(false)
  sound = $state<SoundWord | null>(null)
  /** The call's last seconds. */
  quality = $state.raw<SoundMeasure | null>(null)
  /** What makes it bad, once it has been so for a while. */
  trouble = $state<SoundCause | null>(null)
  microphoneFailed = $state(false)
  /** The call that is listened to. The microphone is open there only when the supervisor speaks. */
  watched = $state.raw<{ callId: string | null; stage: 'connecting' | 'hearing' } | null>(null)
  #sip: SipCall | null = null
  #watch: SipCall | null = null
  #speaking = false
  #link: SipPhone | null = null
  #failures = 0
  #retry: ReturnType<typeof setTimeout> | undefined
  #release: (() => void) | null = null
  /** The wish to be this browser's phone, until it is granted. */
  #asking: AbortController | null = null
  #soundTimer: ReturnType<typeof setInterval> | undefined
  /** The microphone of the call, by the choice that it was opened with. */
  #spokenInto: string | null = null
  #swapping: Promise<void> = Promise.resolve()
  #heard: SoundMeasure | null = null
  #phase: string | null = null
  #before: SoundReading | null = null
  #blamed = new Blamed()

  /** Starts the phone in this tab; another tab that has it keeps it, unless it is to be taken over. */
  start(takeOver = false): void {
    if (this.#release !== null || (this.#asking !== null && !takeOver)) return
    if (this.status === 'off') this.status = 'connecting'
    if (navigator.locks === undefined) {
      this.#release = () => undefined
      void this.#open()
      return
    }
    this.#asking?.abort()
    const asking = (this.#asking = new AbortController())
    // A lock that is taken by force cannot be asked for with a signal.
    const options: LockOptions = takeOver ? { steal: true } : { signal: asking.signal }
    const waiting = setTimeout(() => this.#asking === asking && this.status === 'connecting' && (this.status = 'elsewhere'), 1_500)
    void navigator.locks
      .request('call24.phone', options, () => {
        clearTimeout(waiting)
        if (this.#asking !== asking) return
        this.#asking = null
        this.status = 'connecting'
        void this.#open()
        return new Promise<void>((resolve) => (this.#release = resolve))
      })
      .catch(() => {
        clearTimeout(waiting)
        if (asking.signal.aborted) return
        // Another tab took the phone over.
        this.#close()
        this.status = 'elsewhere'
        this.start()
      })
  }

  stop(): void {
    this.#close()
    this.status = 'off'
  }

  /** Starts the phone if need be; true once calls can reach this device. */
  async ready(): Promise<boolean> {
    this.start()
    const end = Date.now() + PATIENCE_MS
    while (this.status !== 'ready' && this.status !== 'elsewhere' && Date.now() < end) await new Promise((resume) => setTimeout(resume, 60))
    return this.status === 'ready'
  }

  #close(): void {
    clearTimeout(this.#retry)
    this.#asking?.abort()
    this.#asking = null
    this.#ended(null)
    this.#unwatched()
    this.#link?.close()
    this.#link = null
    this.#release?.()
    this.#release = null
  }

  async #open(): Promise<void> {
    try {
      const [access, { openPhone }] = await Promise.all([api.phone(), import('./calling')])
      if (this.#release === null) return
      this.deviceId = access.device_id
      this.#link?.close()
      this.#link = openPhone(access, {
        registered: () => {
          this.#failures = 0
          this.status = 'ready'
        },
        refused: () => this.#tryAgain(),
        away: () => (this.status = 'away'),
        incoming: (call) => this.#incoming(call),
      })
    } catch {
      this.#tryAgain()
    }
  }

  /** After a refusal: with fresh credentials if no call hangs on the old ones (Asterisk may just have started). */
  #tryAgain(): void {
    this.status = 'away'
    const wait = Math.min(10_000, 500 * 2 ** this.#failures)
    this.#failures += 1
    clearTimeout(this.#retry)
    this.#retry = setTimeout(() => {
      if (this.#release === null) return
      if (this.#sip !== null) this.#link?.register()
      else void this.#open()
    }, wait)
  }

  /** What kept the phone away may be over: try at once instead of when the next attempt is due. */
  wake(): void {
    if (this.status !== 'away' || this.#release === null) return
    clearTimeout(this.#retry)
    this.#failures = 0
    if (this.#sip !== null) this.#link?.register()
    else void this.#open()
  }

  #incoming(sip: SipCall): SipCallListener | null {
    if (sip.purpose === 'monitor') return this.#sip !== null || this.#watch !== null ? null : this.#startWatching(sip)
    if (this.#sip !== null) {
      // Only the same conversation, taken up again, may take the place of the one that is there.
      if (!sip.auto || (sip.purpose !== 'reattach' && sip.callId !== this.call?.callId)) return null
      this.#sip.end()
    }
    const { callId, offerId, purpose, callerName, callerNumber } = sip
    this.#begin(sip, { callId, offerId, purpose, callerName, callerNumber, stage: 'ringing', since: Date.now(), answeredAt: null })
    // JsSIP lets a call be answered only after it has been handed over: hence the next turn.
    if (sip.auto) queueMicrotask(() => this.answer())
    const mine = (work: () => void) => () => this.#sip === sip && work()
    return {
      answered: mine(() => {
        this.#stage('talking', Date.now())
        this.#microphoneWorks()
        this.microphoneChanged()
        this.#listenToSound(sip)
      }),
      audio: (stream) => this.#sip === sip && earpiece.play(stream),
      ended: mine(() => this.#ended(sip.callId)),
      microphoneFailed: (error) => this.#microphoneRefused(error),
      microphoneGone: mine(() => this.microphoneChanged()),
    }
  }

  /** The call ends of it, so that what is said here and on the page must outlive it. */
  #microphoneRefused(error: unknown): void {
    this.microphoneFailed = true
    microphone.failed(error)
  }

  #microphoneWorks(): void {
    this.microphoneFailed = false
    microphone.state = 'granted'
  }

  #begin(sip: SipCall, call: PhoneCall): void {
    this.#sip = sip
    this.#swapping = Promise.resolve()
    this.muted = false
    // A call that is taken up again tries again: what stood in its way does until it is answered.
    if (call.purpose !== 'reattach') this.microphoneFailed = false
    this.call = call
  }

  #startWatching(sip: SipCall): SipCallListener {
    this.#watch = sip
    this.#speaking = false
    this.microphoneFailed = false
    this.watched = { callId: sip.callId, stage: 'connecting' }
    this.#spokenInto = soundDevices.used('microphone')
    queueMicrotask(() => this.#watch === sip && sip.answer(microphone.constraints))
    // A call that was taken over is this agent's conversation from then on: its sound and its end are told there.
    const heard = (): boolean => this.#watch === sip || this.#sip === sip
    return {
      answered: () => {
        if (this.#watch !== sip) return
        sip.mute(!this.#speaking)
        this.watched = { callId: sip.callId, stage: 'hearing' }
      },
      audio: (stream) => heard() && earpiece.play(stream),
      ended: () => (this.#sip === sip ? this.#ended(sip.callId) : this.#watch === sip && this.#unwatched()),
      microphoneFailed: (error) => this.#microphoneRefused(error),
      microphoneGone: () => this.#sip === sip && this.microphoneChanged(),
    }
  }

  /** Whether the supervisor is heard. */
  speak(on: boolean): void {
    this.#speaking = on
    if (this.watched?.stage === 'hearing') this.#watch?.mute(!on)
  }

  stopWatching(): void {
    this.#watch?.end()
    this.#unwatched()
  }

  /** The call that was listened to is the agent's own from now on; its sound goes on as it is. */
  takeOver(): void {
    const sip = this.#watch
    if (sip === null || this.#sip !== null) return
    this.#watch = null
    this.watched = null
    const { callId, offerId, callerName, callerNumber } = sip
    this.#begin(sip, { callId, offerId, purpose: 'offer', callerName, callerNumber, stage: 'talking', since: Date.now(), answeredAt: Date.now() })
    sip.mute(false)
    this.microphoneChanged()
    this.#listenToSound(sip)
  }

  #unwatched(): void {
    if (this.#watch !== null && this.#sip === null) earpiece.stop()
    this.#watch = null
    this.watched = null
  }

  #stage(stage: PhoneCall['stage'], answeredAt: number | null = null): void {
    if (this.call !== null) this.call = { ...this.call, stage, answeredAt }
  }

  answer(): void {
    if (this.#sip === null || this.call?.stage !== 'ringing') return
    if (this.#watch !== null) this.stopWatching()
    this.#stage('answering')
    this.#spokenInto = soundDevices.used('microphone')
    this.#sip.answer(microphone.constraints)
  }

  /** Another microphone was chosen, or one was plugged in or out: the call speaks through what is to be used now. */
  microphoneChanged(): void {
    const sip = this.#sip
    if (sip === null || this.call?.stage !== 'talking') return
    this.#swapping = this.#swapping.then(async () => {
      const used = soundDevices.used('microphone')
      const before = this.#spokenInto
      if (this.#sip !== sip || (used === before && !sip.microphoneGone())) return
      this.#spokenInto = used
      const changed = await sip.speakThrough(microphone.constraints).then(() => true, () => false)
      if (this.#sip !== sip) return
      // The one before goes on, unless it is gone.
      if (!changed) this.#spokenInto = before
      this.microphoneFailed = !changed && sip.microphoneGone()
    })
  }

  /** How long the PBX takes to answer a question over the phone's own connection, in milliseconds; null: it does not. */
  async echo(): Promise<number | null> {
    const began = performance.now()
    const link = this.#link
    return link !== null && (await link.alive()) ? performance.now() - began : null
  }

  #ended(callId: string | null): void {
    clearInterval(this.#soundTimer)
    if (this.#sip !== null) {
      this.over = { callId, at: Date.now() }
      if (callId !== null && this.#heard !== null) void tellQuality(callId, this.#heard)
    }
    this.#heard = null
    this.#forgetSound()
    this.#sip = null
    this.call = null
    this.muted = false
    if (this.#watch === null) earpiece.stop()
  }

  /** Ends the SIP side from here: for when the server cannot. */
  end(): void {
    this.#sip?.end()
  }

  setMuted(on: boolean): void {
    if (this.call?.stage !== 'talking' || on === this.muted) return
    this.#sip?.mute(on)
    this.muted = on
  }

  /** What the call is about now, as the desk has it; null: no call. */
  inPhase(phase: string | null): void {
    if (phase === this.#phase) return
    this.#phase = phase
    this.#forgetSound()
  }

  #forgetSound(): void {
    this.sound = this.quality = this.trouble = this.#before = null
    this.#blamed = new Blamed()
  }

  #listenToSound(sip: SipCall): void {
    clearInterval(this.#soundTimer)
    this.#forgetSound()
    this.#soundTimer = setInterval(async () => {
      const phase = this.#phase
      if (!HEARS.has(phase)) return
      const reading = await sip.reading().catch(() => null)
      if (reading === null || this.#sip !== sip || this.#phase !== phase) return
      const now = this.#before === null ? null : measured(this.#before, reading)
      this.#before = reading
      if (now === null) return
      this.sound = wordOf(now)
      this.quality = now
      this.#heard = together(this.#heard === null ? [now] : [this.#heard, now])
      this.trouble = this.#blamed.after(causeOf(now))
    }, READ_SOUND_MS)
  }
}

export const phone = new Phone()
