/** The organisation's test call: placed by the server to one of its numbers, and followed while it goes on. */
import { untrack } from 'svelte'
import type { NumberTest } from '../kit/number_test'
import { api } from '../links/api'
import { Trying } from './trying.svelte'

const AGAIN_MS = 600

class NumberTesting extends Trying {
  /** The newest test of the number that is open; null: the server has not said. */
  test = $state.raw<NumberTest | null>(null)

  #number = ''

  /** A new one, or the one that goes on. */
  start(number: string): Promise<boolean> {
    return this.try(async () => {
      this.test = await api.placeTestCall(number)
    })
  }

  /** While it is shown; returns what ends that. */
  open(number: string): () => void {
    untrack(() => {
      if (this.#number === number) return
      this.#number = number
      this.test = null
      this.problem = null
    })
    let asking = false
    const look = async (): Promise<void> => {
      if (asking || this.busy) return
      asking = true
      const found = await api.testCall(number).catch(() => null)
      asking = false
      if (found !== null && !this.busy) this.test = found
    }
    untrack(() => void look())
    const timer = setInterval(() => this.test?.state === 'running' && void look(), AGAIN_MS)
    return () => clearInterval(timer)
  }
}

export const numberTesting = new NumberTesting()
