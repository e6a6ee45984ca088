/** Placing a call: the number or colleague that is dialled, from which of our numbers, and what stands against it. */
import { api } from '../links/api'
import { store } from '../links/store'
import type { CallerNumber, Target } from '../kit/model'
import { asProblem, Problem } from '../kit/problem'
import { readPhoneLink, type LinkRefusal } from '../kit/phone_link'
import { microphone } from './microphone.svelte'
import { phone } from './phone.svelte'
import { wakeAudio } from './ringtone'

class Placing {
  text = $state('')
  numbers = $state.raw<readonly CallerNumber[]>([])
  from = $state<string | null>(store.choice('from'))
  busy = $state(false)
  #problem = $state.raw<Problem | null>(null)
  #tried = $state('')
  /** What stood against the last attempt, until another number is written. */
  readonly problem: Problem | null = $derived(this.text === this.#tried ? this.#problem : null)
  #refused = $state.raw<LinkRefusal | null>(null)
  /** Why a link put nothing here, until something else is written. */
  readonly refused: LinkRefusal | null = $derived(this.text === this.#tried ? this.#refused : null)
  readonly chosen: CallerNumber | null = $derived(this.numbers.find((n) => n.id === this.from) ?? this.numbers[0] ?? null)

  /** What an address of the app asks for: a number, or a link with one. It is written here and nobody is called: any page can have such a link. */
  take(text: string): void {
    const link = readPhoneLink(text)
    this.#problem = null
    if ('number' in link) this.text = link.number
    this.#tried = this.text
    this.#refused = 'number' in link ? null : link.refused
  }

  async load(): Promise<void> {
    // Without the list the server chooses the number that is shown.
    this.numbers = await api.callerNumbers().then((page) => page.items, () => [])
  }

  choose(id: string): void {
    this.from = id
    store.setChoice('from', id)
  }

  /** True when the call is under way; the phone then rings by itself. */
  async call(to: Target): Promise<boolean> {
    if (this.busy) return false
    wakeAudio()
    this.busy = true
    this.#problem = this.#refused = null
    this.#tried = this.text
    try {
      await this.#prepare()
      const { id } = await api.placeCall(to, 'number' in to ? (this.chosen?.id ?? null) : null)
      store.setChoice('call', id)
      this.text = ''
      return true
    } catch (error) {
      this.#problem = asProblem(error)
      return false
    } finally {
      this.busy = false
    }
  }

  async #prepare(): Promise<void> {
    const state = await microphone.look()
    if (state === 'ask') await microphone.ask()
    if (microphone.state !== 'granted') throw new Problem('microphone', -1, 'This page may not use the microphone.')
    // Another tab may have the phone of this device: it is rung there.
    if (!(await phone.ready()) && phone.status !== 'elsewhere') throw new Problem('phone_away', -1, 'This device could not be connected as a phone.')
  }
}

export const placing = new Placing()
