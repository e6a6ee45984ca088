/** The time for screens: ticks four times a second while something shows it, corrected to the server's clock. */
import { createSubscriber } from 'svelte/reactivity'

class Clock {
  #skewMs = 0
  #subscribe = createSubscriber((update) => {
    const timer = setInterval(update, 250)
    return () => clearInterval(timer)
  })

  /** Epoch ms by the server's clock. Reading it in a component or $derived keeps that up to date. */
  get now(): number {
    this.#subscribe()
    return this.still
  }

  /** The same without being told of changes. */
  get still(): number {
    return Date.now() + this.#skewMs
  }

  /** Source of the correction: a snapshot's `at`, halfway between asking and being answered (as NTP does). */
  correct(serverAt: string, askedMs: number, answeredMs: number): void {
    const skew = Date.parse(serverAt) - (askedMs + answeredMs) / 2
    // Below a third of a second the network is a likelier cause than the clock, and timers would jump.
    this.#skewMs = Math.abs(skew) < 300 ? 0 : skew
  }
}

export const clock = new Clock()
