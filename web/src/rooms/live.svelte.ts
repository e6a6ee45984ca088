/**
 * What is true now in the organisation: queues, agents, my session, my call. Takes a snapshot when the realtime link is
 * ready, applies events after it, and starts again with the same code after a gap. It decides nothing about calls.
 */
import { api } from '../links/api'
import type { RealtimeLink } from '../links/realtime'
import type { LiveState, SessionView } from '../kit/model'
import { clock } from '../kit/clock.svelte'
import { heard, NOTHING, readEvent, reconnected, taken, type Following } from './fold'

export type LinkState = 'connecting' | 'live' | 'away'
const POLL_MS = 2_000
const SOON_MS = 400

class Live {
  #following = $state.raw<Following>(NOTHING)
  link = $state<LinkState>('connecting')
  /** Counts call records told of; lists of calls read it to know when to load again. */
  records = $state(0)
  /** Counts changes of what is left to do. */
  tasks = $state(0)
  /** Counts tasks that were offered to this agent, or are no longer. */
  taskOffers = $state(0)
  /** Counts what this user was notified of, or has read on another device. */
  notifications = $state(0)
  /** Which branding of the organisation is the newest; 0: nothing was told. */
  branding = $state(0)
  /** The note of a call that was changed last, and its version now. */
  note = $state.raw<{ id: string; version: number } | null>(null)
  /** Calls that the server said are over for this agent, and when: a SIP call older than that does not come back. */
  ended = $state.raw<ReadonlyMap<string, number>>(new Map())
  #realtime: RealtimeLink | null = null
  #running = false
  /** Counts starts and stops: what an earlier run asked for is not this one's. */
  #run = 0
  #subscribed = false
  #asking = false
  #askAgain = false
  #soon: ReturnType<typeof setTimeout> | undefined
  #poll: ReturnType<typeof setInterval> | undefined

  get state(): LiveState | null {
    return this.#following.live
  }

  async start(): Promise<void> {
    const mine = ++this.#run
    this.#running = true
    this.#poll = setInterval(() => this.link !== 'live' && void this.refresh(), POLL_MS)
    addEventListener('online', this.#wake)
    document.addEventListener('visibilitychange', this.#wake)
    for (let wait = 500; mine === this.#run; wait = Math.min(wait * 2, 8_000)) {
      if ((await this.#open(mine)) || mine !== this.#run) return
      this.link = 'away'
      await new Promise((resume) => setTimeout(resume, wait))
    }
  }

  /** True when nothing is left to do for that run. */
  async #open(mine: number): Promise<boolean> {
    try {
      // The first picture need not wait for the websocket; the snapshot that counts is taken once it is ready.
      void this.refresh()
      const [access, { openRealtime }] = await Promise.all([api.realtime(), import('../links/realtime')])
      if (mine !== this.#run) return true
      this.#realtime = openRealtime(access, (socket, channel) => api.authorise(access.auth_endpoint, socket, channel), {
        ready: () => {
          this.#following = reconnected(this.#following)
          this.#subscribed = true
          void this.refresh()
        },
        away: () => {
          this.#subscribed = false
          if (this.link === 'live') this.link = 'away'
        },
        event: (name, body) => this.#hear(name, body),
      })
      setTimeout(() => mine === this.#run && this.link === 'connecting' && (this.link = 'away'), 5_000)
      return true
    } catch {
      return false
    }
  }

  #hear(name: string, body: unknown): void {
    const event = readEvent(name, body)
    if (event === null) return
    this.#following = heard(this.#following, event)
    if (name === 'call' && event.body['state'] === 'ended') this.ended = new Map(this.ended).set(String(event.body['id']), Date.now())
    if (name === 'record') this.records += 1
    if (name === 'task') this.tasks += 1
    if (name === 'task_offer') this.taskOffers += 1
    if (name === 'call_note') this.note = { id: String(event.body['id']), version: Number(event.body['version']) }
    if (name === 'notification') this.notifications += 1
    if (name === 'branding') this.branding = Number(event.body['version'])
    // The day's figures have no event of their own: they change when a call is recorded or the wrap-up is over.
    if (name === 'record' || name === 'session') this.refreshSoon()
  }

  /** The server's answer to a wish of ours is shown without waiting for the event that says the same. */
  adoptSession(session: SessionView): void {
    const { live: state } = this.#following
    if (state !== null) this.#following = { ...this.#following, live: { ...state, session } }
    this.refreshSoon()
  }

  refreshSoon(): void {
    clearTimeout(this.#soon)
    this.#soon = setTimeout(() => void this.refresh(), SOON_MS + Math.random() * SOON_MS)
  }

  /** Takes a snapshot; true when the state is fresh. One question at a time; a later wish is asked after the answer. */
  async refresh(): Promise<boolean> {
    if (!this.#running) return false
    if (this.#asking) {
      this.#askAgain = true
      return false
    }
    this.#asking = true
    try {
      return await this.#take()
    } catch {
      if (this.link === 'live') this.refreshSoon()
      return false
    } finally {
      this.#asking = false
      if (this.#askAgain && this.#running) {
        this.#askAgain = false
        void this.refresh()
      }
    }
  }

  async #take(): Promise<boolean> {
    // A snapshot asked for before the subscription may lack what happened between the two.
    const [whole, mine] = [this.#subscribed, this.#run]
    for (let tries = 0; tries < 3; tries += 1) {
      const asked = Date.now()
      const snapshot = await api.live()
      if (mine !== this.#run) return false
      clock.correct(snapshot.at, asked, Date.now())
      const { after, gap } = taken(this.#following, snapshot)
      this.#following = after
      if (gap) continue
      // The server is there, only the websocket is not: no need to wait for its own next attempt.
      if (!this.#subscribed) this.#realtime?.retry()
      if (whole && this.#subscribed) this.link = 'live'
      return true
    }
    return false
  }

  #wake = (): void => {
    if (document.visibilityState !== 'visible' && navigator.onLine) return
    this.#realtime?.retry()
    if (this.#running) this.refreshSoon()
  }

  stop(): void {
    this.#run += 1
    this.#running = false
    this.#subscribed = false
    removeEventListener('online', this.#wake)
    document.removeEventListener('visibilitychange', this.#wake)
    clearInterval(this.#poll)
    clearTimeout(this.#soon)
    this.#realtime?.close()
    this.#realtime = null
    this.#following = NOTHING
    this.ended = new Map()
    this.link = 'connecting'
  }
}

export const live = new Live()
