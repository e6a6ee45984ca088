/**
 * Being available, paused or offline. Going available needs the microphone and a registered phone first; the server has
 * the last word on the state, this room only asks.
 */
import { api } from '../links/api'
import { asProblem, Problem } from '../kit/problem'
import { live } from './live.svelte'
import { microphone } from './microphone.svelte'
import { phone } from './phone.svelte'
import { wakeAudio } from './ringtone'

export type DutyStep = 'rest' | 'reason' | 'asking' | 'phone' | 'saving'

class Duty {
  step = $state<DutyStep>('rest')
  problem = $state.raw<Problem | null>(null)

  /** From "Offline" or "Paused" to "Available", asking for what is missing on the way. */
  async goAvailable(): Promise<void> {
    if (this.step !== 'rest') return
    wakeAudio()
    this.problem = null
    const state = await microphone.look()
    if (state === 'ask') this.step = 'reason'
    else if (state === 'granted') await this.#finish()
  }

  /** The reason was read: now the browser asks. */
  async askMicrophone(): Promise<void> {
    this.step = 'asking'
    const state = await microphone.ask()
    this.step = 'rest'
    if (state === 'granted') await this.#finish()
  }

  notNow(): void {
    this.step = 'rest'
  }

  async #finish(): Promise<void> {
    this.step = 'phone'
    const ready = await phone.ready()
    if (!ready && phone.status !== 'elsewhere') {
      this.step = 'rest'
      this.problem = new Problem('phone_away', 0, 'This device could not be connected as a phone, so no call would ring here.')
      return
    }
    await this.set('available')
  }

  async set(state: 'available' | 'paused' | 'offline', reason?: string): Promise<void> {
    this.step = 'saving'
    this.problem = null
    try {
      live.adoptSession(await api.setSession(state, reason))
      if (state === 'offline' && phone.call === null) phone.stop()
    } catch (error) {
      this.problem = asProblem(error)
      live.refreshSoon()
    } finally {
      this.step = 'rest'
    }
  }
}

export const duty = new Duty()
