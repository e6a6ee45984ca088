/**
 * This page as a telephone: registered or not, and the one SIP call it has. One tab at a time holds the phone. What a
 * call means (whose, from which queue) is the server's to say: rooms/desk puts the two together.
 */
import { api } from '../links/api'
import type { SipCall, SipCallListener, SipPhone } from '../links/sip'
import { soundWord, type SoundReading, type SoundWord } from '../kit/sound'
import { earpiece } from './earpiece.svelte'
import { microphone } from './microphone.svelte'

export type PhoneStatus = 'off' | 'connecting' | 'ready' | 'away' | 'elsewhere'
export interface PhoneCall {
  callId: string | null
  offerId: string | null
  callerName: string | null
  callerNumber: string | null
  stage: 'ringing' | 'answering' | 'talking'
  /** When the INVITE came, by this device's clock. */
  since: number
  answeredAt: number | null
}

const READ_SOUND_MS = 2_000

class Phone {
  status = $state<PhoneStatus>('off')
  call = $state.raw<PhoneCall | null>(null)
  /** The call whose SIP side ended last, and when. */
  over = $state.raw<{ callId: string | null; at: number } | null>(null)
  muted = $state(false)
  sound = $state<SoundWord | null>(null)
  microphoneFailed = $state(false)
  #sip: SipCall | null = null
  #link: SipPhone | null = null
  #failures = 0
  #retry: ReturnType<typeof setTimeout> | undefined
  #release: (() => void) | null = null
  #soundTimer: ReturnType<typeof setInterval> | undefined

  /** Starts the phone in this tab; another tab that has it keeps it, unless it is to be taken over. */
  start(takeOver = false): void {
    if (this.#release !== null) return
    if (this.status === 'off') this.status = 'connecting'
    if (navigator.locks === undefined) {
      this.#release = () => undefined
      void this.#open()
      return
    }
    const options: LockOptions = takeOver ? { steal: true } : {}
    const waiting = setTimeout(() => this.status === 'connecting' && this.#release === null && (this.status = 'elsewhere'), 1_500)
    void navigator.locks
      .request('call24.phone', options, () => {
        clearTimeout(waiting)
        this.status = 'connecting'
        void this.#open()
        return new Promise<void>((resolve) => (this.#release = resolve))
      })
      .catch(() => {
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

  #close(): void {
    clearTimeout(this.#retry)
    this.#ended(null)
    this.#link?.close()
    this.#link = null
    this.#release?.()
    this.#release = null
  }

  async #open(): Promise<void> {
    try {
      const [access, { openPhone }] = await Promise.all([api.phone(), import('../links/sip')])
      if (this.#release === null) return
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
    if (this.#sip !== null) {
      if (!sip.auto) return null
      this.#sip.end()
    }
    this.#sip = sip
    this.muted = false
    this.microphoneFailed = false
    const { callId, offerId, callerName, callerNumber } = sip
    this.call = { callId, offerId, callerName, callerNumber, stage: 'ringing', since: Date.now(), answeredAt: null }
    // JsSIP lets a call be answered only after it has been handed over: hence the next turn.
    if (sip.auto) queueMicrotask(() => this.answer())
    const mine = (work: () => void) => () => this.#sip === sip && work()
    return {
      answered: mine(() => {
        this.#stage('talking', Date.now())
        this.#listenToSound(sip)
      }),
      audio: (stream) => this.#sip === sip && earpiece.play(stream),
      ended: mine(() => this.#ended(sip.callId)),
      microphoneFailed: mine(() => (this.microphoneFailed = true)),
    }
  }

  #stage(stage: PhoneCall['stage'], answeredAt: number | null = null): void {
    if (this.call !== null) this.call = { ...this.call, stage, answeredAt }
  }

  answer(): void {
    if (this.#sip === null || this.call?.stage !== 'ringing') return
    this.#stage('answering')
    this.#sip.answer(microphone.constraints)
  }

  #ended(callId: string | null): void {
    clearInterval(this.#soundTimer)
    if (this.#sip !== null) this.over = { callId, at: Date.now() }
    this.#sip = null
    this.call = null
    this.sound = null
    this.muted = false
    earpiece.stop()
  }

  /** Ends the SIP side from here: for when the server cannot. */
  end(): void {
    this.#sip?.end()
  }

  setMuted(on: boolean): void {
    this.#sip?.mute(on)
    this.muted = on
  }

  sendDigit(digit: string): void {
    if (this.call?.stage === 'talking') this.#sip?.sendDigit(digit)
  }

  #listenToSound(sip: SipCall): void {
    clearInterval(this.#soundTimer)
    let before: SoundReading | null = null
    this.#soundTimer = setInterval(async () => {
      const reading = await sip.reading().catch(() => null)
      if (reading === null || this.#sip !== sip) return
      if (before !== null) this.sound = soundWord(before, reading) ?? this.sound
      before = reading
    }, READ_SOUND_MS)
  }
}

export const phone = new Phone()
