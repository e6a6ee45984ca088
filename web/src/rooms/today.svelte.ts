/** Today's figures of all agents and hours, asked for at once: when Live opens, after calls have ended, and as a quarter hour begins. */
import { untrack } from 'svelte'
import type { TodayFigures } from '../kit/model'
import type { FiguresOf } from '../kit/agents_sorted'
import { clock } from '../kit/clock.svelte'
import { supervising } from '../links/supervising'
import { live } from './live.svelte'

/** The server counts every two seconds at most: what is asked for later than that has the call that ended. */
const SETTLED_MS = 3_000
/** Not all screens ask in the same moment. */
const SPREAD_MS = 1_000
const EVERY_MS = 10_000
const AGAIN_MS = 15_000
const QUARTER_MS = 900_000

class Today {
  /** Null until the first answer; the last one stays while the server is away, and goes when nobody looks on. */
  figures = $state.raw<TodayFigures | null>(null)
  failed = $state(false)
  /** Today's figures by agent; null until they are known. */
  readonly agents = $derived.by((): FiguresOf | null => (this.figures === null ? null : new Map(this.figures.agents.map((one) => [one.id, one]))))
  #timer: ReturnType<typeof setTimeout> | undefined
  #waiting = false
  #asked = 0
  /** Counts who looks on. */
  #looking = 0
  /** Counts what was asked, and the times that nobody looked on any more: an answer to anything earlier is dropped. */
  #question = 0

  /** As long as they are shown. */
  follow(): () => void {
    this.#looking += 1
    const end = $effect.root(() => {
      const quarter = $derived(Math.floor(clock.now / QUARTER_MS))
      // What happened while the link was away was told to nobody.
      let returns = $state(0)
      $effect(() => {
        if (live.link === 'away') return () => void (returns += 1)
      })
      $effect(() => {
        void [live.records, quarter, returns]
        untrack(() => this.#soon(this.figures === null ? 0 : Math.max(SETTLED_MS + Math.random() * SPREAD_MS, this.#asked + EVERY_MS - Date.now())))
      })
    })
    return () => {
      end()
      this.#looking -= 1
      if (this.#looking > 0) return
      clearTimeout(this.#timer)
      this.#waiting = false
      this.#question += 1
      this.figures = null
    }
  }

  #soon(ms: number): void {
    if (this.#waiting) return
    this.#waiting = true
    this.#timer = setTimeout(() => void this.#load(), ms)
  }

  async #load(): Promise<void> {
    this.#waiting = false
    this.#asked = Date.now()
    const mine = ++this.#question
    try {
      const found = await supervising.today()
      if (mine !== this.#question) return
      this.figures = found
      this.failed = false
    } catch {
      if (mine !== this.#question) return
      this.failed = true
      this.#soon(AGAIN_MS)
    }
  }
}

export const today = new Today()
