/**
 * The SIP phone and the system's call screens, together: tells the plugin what happens to a call, and does what it says.
 * When to do what is decided in the plugin's tables (mobile/plugins/call24-telecom/src/table.ts).
 */
import type { PhoneAccess } from '../kit/model'
import type { Command, Shell } from '../links/shell'
import type { SipCall, SipCallListener, SipListener, SipPhone } from '../links/sip'

/** What a person could do on the page, done for them at the system's screens. */
export interface Acts { answer(): void; decline(): void; hangUp(): void; hold(on: boolean): void; mute(on: boolean): void }
export type Open = (access: PhoneAccess, on: SipListener) => SipPhone
interface Held { call: SipCall; listener: SipCallListener; constraints: MediaTrackConstraints | null; allowed: boolean; answered: boolean; over: boolean }

export const PROOF_MS = 3_000

export class ShellCalls implements SipPhone {
  #calls = new Map<string, Held>()
  #link: SipPhone
  #proof: ReturnType<typeof setTimeout> | undefined
  #unnamed = 0

  constructor(readonly open: Open, readonly access: PhoneAccess, readonly on: SipListener, readonly shell: Shell, readonly acts: Acts) {
    this.#link = this.#opened()
  }

  register(): void {
    this.#link.register()
  }

  alive(): Promise<boolean> {
    return this.#link.alive()
  }

  close(): void {
    clearTimeout(this.#proof)
    this.tell('duty_off', null)
    this.#link.close()
  }

  tell(signal: string, callId: string | null, callerName: string | null = null): void {
    void this.shell.signal({ signal, callId, ...(callerName === null ? {} : { callerName }) }).catch(() => undefined)
  }

  #opened(): SipPhone {
    return this.open(this.access, {
      ...this.on,
      registered: () => {
        this.tell('duty_on', null)
        this.on.registered()
      },
      incoming: (call) => this.#incoming(call),
    })
  }

  #incoming(call: SipCall): SipCallListener | null {
    // Who listens to a call talks to nobody: the system need not know.
    if (call.purpose === 'monitor') return this.on.incoming(call)
    const id = call.callId ?? call.offerId ?? `call-${(this.#unnamed += 1)}`
    const listener = this.on.incoming(this.#shown(id, call))
    if (listener === null) return null
    const held: Held = { call, listener, constraints: null, allowed: call.auto, answered: false, over: false }
    this.#calls.set(id, held)
    this.tell(call.auto ? 'placed' : 'offered', id, call.callerName ?? call.callerNumber)
    return {
      answered: () => {
        held.answered = true
        this.tell('connected', id)
        listener.answered()
      },
      audio: (stream) => listener.audio(stream),
      ended: (cause) => {
        if (held.over) return
        held.over = true
        if (this.#calls.get(id) === held) this.#calls.delete(id)
        this.tell('ended', id)
        listener.ended(cause)
      },
      microphoneFailed: (error) => {
        this.tell('microphone_refused', id)
        listener.microphoneFailed(error)
      },
      microphoneGone: () => listener.microphoneGone?.(),
    }
  }

  /** The call as the page has it: an answer goes by the system first. */
  #shown(id: string, call: SipCall): SipCall {
    return {
      ...call,
      answer: (constraints) => {
        const held = this.#calls.get(id)
        if (held !== undefined) held.constraints = constraints
        if (held?.allowed ?? call.auto) call.answer(constraints)
        else this.tell('app_answered', id)
      },
      end: () => {
        this.tell(this.#calls.get(id)?.answered === true ? 'app_ended' : 'app_declined', id)
        call.end()
      },
      mute: (on) => {
        this.tell(on ? 'app_muted' : 'app_unmuted', id)
        call.mute(on)
      },
    }
  }

  heard({ command, callId }: Command): void {
    const held = callId === null ? undefined : this.#calls.get(callId)
    switch (command) {
      case 'app_probe': return this.#probe(callId)
      case 'app_reopen': return this.#reopen()
      case 'app_answer': return held === undefined ? undefined : this.#answer(held)
      case 'app_decline': return held === undefined ? undefined : this.acts.decline()
      case 'app_hang_up': return this.acts.hangUp()
      case 'app_hold': return this.acts.hold(true)
      case 'app_resume': return this.acts.hold(false)
      case 'app_mute': return this.acts.mute(true)
      case 'app_unmute': return this.acts.mute(false)
    }
  }

  #answer(held: Held): void {
    held.allowed = true
    // The person pressed on the page and waits already, or on the system's screen.
    if (held.constraints === null) this.acts.answer()
    else held.call.answer(held.constraints)
  }

  /** A connection that does not answer in time counts as gone. */
  #probe(callId: string | null): void {
    clearTimeout(this.#proof)
    const asked = this.#link
    const proven = (alive: boolean): void => {
      if (this.#proof === undefined || this.#link !== asked) return
      clearTimeout(this.#proof)
      this.#proof = undefined
      this.tell(alive ? 'link_alive' : 'link_dead', callId)
    }
    this.#proof = setTimeout(() => proven(false), PROOF_MS)
    asked.alive().then(proven, () => proven(false))
  }

  /** A new connection; what hung on the old one is over for the page, not for the system: the call comes again. */
  #reopen(): void {
    this.#link.close()
    for (const held of this.#calls.values()) {
      if (held.over) continue
      held.over = true
      held.listener.ended('lost')
    }
    this.#calls.clear()
    this.#link = this.#opened()
  }
}
