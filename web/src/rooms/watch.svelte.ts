/** A supervisor hears a call: listening, whispering to the agent, speaking with all, taking over. Each with its reason. */
import { untrack } from 'svelte'
import { api } from '../links/api'
import { store } from '../links/store'
import type { CallLive, MonitorMode, MonitorReason } from '../kit/model'
import { Problem } from '../kit/problem'
import { live } from './live.svelte'
import { microphone } from './microphone.svelte'
import { phone } from './phone.svelte'
import { wakeAudio } from './ringtone'
import { takeover } from './takeover.svelte'
import { Trying } from './trying.svelte'

const RING_PATIENCE_MS = 15_000

class Watch extends Trying {
  call = $state.raw<CallLive | null>(null)
  mode = $state<MonitorMode>('listen')
  reason = $state<MonitorReason>('coaching')
  /** This page was loaded anew while a call was heard. */
  lost = $state(false)
  /** The call as it is now, while it is in the list. */
  readonly now: CallLive | null = $derived(live.state?.calls?.find((c) => c.id === this.call?.id) ?? this.call)
  readonly hearing: boolean = $derived(phone.watched?.stage === 'hearing')
  #stop: (() => void) | null = null
  #patience: ReturnType<typeof setTimeout> | undefined

  start(): void {
    // A page that was loaded anew hears nothing any more, and what is left of it at the server is in the way.
    const left = store.choice('watch')
    if (left !== null) void api.stopMonitor(left).catch(() => undefined)
    this.lost = left !== null
    store.setChoice('watch', null)
    let heard = false
    this.#stop ??= $effect.root(() => {
      $effect(() => {
        const watched = phone.watched
        if (watched !== null) heard = true
        // The SIP call is gone: the conversation ended, or the server took us out of it.
        else if (heard) {
          heard = false
          untrack(() => this.#over())
        }
      })
      $effect(() => {
        const mine = live.state?.call
        if (mine && mine.id === phone.watched?.callId && mine.part === 'agent' && mine.state !== 'offered') untrack(() => phone.takeOver())
      })
    })
  }

  stop(): void {
    this.#stop?.()
    this.#stop = null
    this.lost = false
    this.#over()
  }

  #over(): void {
    clearTimeout(this.#patience)
    if (this.call !== null) store.setChoice('watch', null)
    this.call = null
  }

  async listen(call: CallLive, mode: MonitorMode, reason: MonitorReason): Promise<boolean> {
    wakeAudio()
    return this.try(async () => {
      if ((await microphone.look()) === 'ask') await microphone.ask()
      if (microphone.state !== 'granted') throw new Problem('microphone', -1, 'This page may not use the microphone.')
      if (!(await phone.ready())) throw new Problem('phone_away', -1, 'This device could not be connected as a phone.')
      await api.monitor(call.id, mode, reason)
      this.call = call
      this.lost = false
      store.setChoice('watch', call.id)
      this.#set(mode, reason)
      clearTimeout(this.#patience)
      this.#patience = setTimeout(() => {
        if (phone.watched === null) this.problem = new Problem('phone_away', -1, 'This device could not be connected as a phone.')
      }, RING_PATIENCE_MS)
    })
  }

  async change(mode: MonitorMode): Promise<boolean> {
    const call = this.call
    if (call === null || mode === this.mode) return false
    // What must not be heard is stopped before the server is asked, what may be heard begins after it has answered.
    if (mode === 'listen') phone.speak(false)
    return this.try(async () => {
      await api.monitor(call.id, mode, this.reason)
      this.#set(mode, this.reason)
    })
  }

  #set(mode: MonitorMode, reason: MonitorReason): void {
    this.mode = mode
    this.reason = reason
    phone.speak(mode !== 'listen')
  }

  async end(): Promise<void> {
    const call = this.call
    if (call !== null) await this.try(() => api.stopMonitor(call.id))
    phone.stopWatching()
    this.#over()
  }

  async takeOver(reason: MonitorReason): Promise<boolean> {
    const call = this.call
    if (call === null) return false
    store.setChoice('call', call.id)
    const from = this.now?.agent ?? null
    return this.try(async () => {
      await api.takeOver(call.id, reason)
      if (from !== null) takeover.gained = { call: call.id, from: from.name }
    })
  }
}

export const watch = new Watch()
