/**
 * Notes of calls, each saved as it is typed. One object for each call stays while its screens come and go, so that what
 * was typed while it rang is sent from the wrap-up. What the server does not have yet is also kept in this tab, for a
 * reload; two devices that write at once let the user choose. Who may write is the server's word.
 */
import { untrack } from 'svelte'
import { api } from '../links/api'
import { store } from '../links/store'
import { savedText } from '../kit/call_note'
import type { CallNote as Stored } from '../kit/model'
import { asProblem, Problem } from '../kit/problem'
import { account } from './account.svelte'
import { live } from './live.svelte'

const TYPED_MS = 600
/** Who types without a pause is saved so often all the same. */
const LONGEST_MS = 3_000
const AGAIN_MS = [2_000, 5_000, 10_000, 30_000]
const KEPT = 20

/** `unread`: the server was not asked yet, or does not answer. */
export type NoteState = 'unread' | 'saved' | 'typed' | 'saving' | 'failed' | 'conflict'

export class CallNote {
  text = $state('')
  state = $state<NoteState>('unread')
  /** As the server has it. */
  stored = $state.raw<Stored | null>(null)
  /** Why it is not saved, or not read. */
  problem = $state.raw<Problem | null>(null)
  /** What another device wrote meanwhile. */
  other = $state<string | null>(null)
  #etag: string | null = null
  #typed: ReturnType<typeof setTimeout> | undefined
  #again: ReturnType<typeof setTimeout> | undefined
  #since = 0
  #tries = 0
  #asking = false
  #wanted = 0
  #round = 0
  /** Sent, and perhaps taken: the answer may have been lost on its way. */
  #sent: string | null = null

  constructor(readonly call: string) {}

  get unsaved(): boolean {
    return this.state !== 'unread' && (this.other !== null || savedText(this.text) !== (this.stored?.text ?? ''))
  }

  /** Asks the server, unless it is known; a draft of before a reload is taken up. */
  async load(): Promise<void> {
    if (this.#asking) return
    this.#asking = true
    try {
      await this.#read()
      this.problem = null
    } catch (error) {
      const problem = asProblem(error)
      if (this.state !== 'unread') return // what is to be saved is tried again by itself
      this.problem = problem
      if (problem.away) this.#tryAgain()
    } finally {
      this.#asking = false
    }
  }

  /** Another device, or another user, changed it: `version` is what it is now. */
  told(version: number): void {
    this.#wanted = version
    if (this.state !== 'saving' && this.stored !== null && this.stored.version !== version) void this.load()
  }

  type(text: string): void {
    this.text = text
    if (this.state === 'unread' || this.other !== null) return
    this.state = 'typed'
    this.#keepDraft()
    const now = Date.now()
    if (this.#since === 0) this.#since = now
    clearTimeout(this.#typed)
    this.#typed = setTimeout(() => void this.save(), Math.max(0, Math.min(TYPED_MS, this.#since + LONGEST_MS - now)))
  }

  /** At once: the field is left, or the screen goes. */
  async save(): Promise<void> {
    clearTimeout(this.#typed)
    clearTimeout(this.#again)
    if (this.state === 'saving' || this.state === 'unread' || this.other !== null || account.me === null) return
    const sent = savedText(this.text)
    if (sent === (this.stored?.text ?? '')) return this.#settled()
    this.#since = 0
    this.state = 'saving'
    this.#round += 1
    const perhaps = this.#sent
    this.#sent = sent
    try {
      this.#took(await api.writeCallNote(this.call, sent, this.#etag))
      this.problem = null
      this.#tries = 0
      this.#sent = null
      this.#settled()
    } catch (error) {
      await this.#refused(asProblem(error), perhaps)
    }
  }

  /** The user chose between the two texts. */
  choose(text: string): void {
    this.other = null
    this.text = text
    this.state = 'typed'
    this.#keepDraft()
    void this.save()
  }

  /** Nothing is sent any more. */
  stop(): void {
    clearTimeout(this.#typed)
    clearTimeout(this.#again)
  }

  async #read(): Promise<void> {
    const round = this.#round
    const { body, etag } = await api.callNote(this.call)
    if (this.state === 'saving' || round !== this.#round) return // older than what was saved meanwhile
    const before = this.stored?.text ?? null
    const mine = this.state === 'unread' ? store.draft(this.call) : this.unsaved ? { text: this.text, base: before ?? '' } : null
    this.stored = body
    this.#etag = etag
    if (mine === null || savedText(mine.text) === body.text) {
      if (savedText(this.text) !== body.text) this.text = body.text
      return this.#settled()
    }
    this.text = mine.text
    if (mine.base !== body.text) return this.#clash(body.text)
    this.state = 'typed'
    await this.save()
  }

  #took({ body, etag }: { body: Stored; etag: string | null }): void {
    this.stored = body
    this.#etag = etag
  }

  #settled(): void {
    if (this.unsaved) {
      this.state = 'typed'
      this.#keepDraft()
      clearTimeout(this.#typed)
      this.#typed = setTimeout(() => void this.save(), TYPED_MS)
      return
    }
    this.state = 'saved'
    store.setDraft(this.call, null)
    if (this.#wanted > (this.stored?.version ?? 0)) void this.load()
  }

  async #refused(problem: Problem, perhaps: string | null): Promise<void> {
    if (problem.code === 'changed_meanwhile') {
      try {
        const { body, etag } = await api.callNote(this.call)
        const mine = [this.stored?.text ?? '', savedText(this.text), perhaps]
        this.#took({ body, etag })
        if (!mine.includes(body.text)) return this.#clash(body.text)
        this.state = 'typed'
        return await this.save()
      } catch (error) {
        problem = asProblem(error)
      }
    }
    this.problem = problem
    this.state = 'failed'
    if (problem.away || problem.status === 429) this.#tryAgain(problem.retryAfterS)
  }

  #clash(other: string): void {
    this.other = other
    this.state = 'conflict'
    this.#keepDraft()
  }

  #tryAgain(afterS: number | null = null): void {
    clearTimeout(this.#again)
    const wait = afterS === null ? (AGAIN_MS[this.#tries] ?? 30_000) : afterS * 1000
    this.#tries += 1
    this.#again = setTimeout(() => this.again(), wait)
  }

  again(): void {
    if (account.me === null) return
    if (this.state === 'unread') void this.load()
    else if (this.state === 'failed') void this.save()
  }

  #keepDraft(): void {
    store.setDraft(this.call, { text: this.text, base: this.stored?.text ?? '' })
  }
}

class CallNotes {
  #notes = new Map<string, CallNote>()
  #whose: string | null = null

  /** The note of a call; of another user's time nothing is left. */
  of(call: string): CallNote {
    const whose = account.me?.user.id ?? null
    if (whose !== this.#whose) {
      for (const note of this.#notes.values()) note.stop()
      this.#notes.clear()
      this.#whose = whose
    }
    const note = this.#notes.get(call) ?? new CallNote(call)
    this.#notes.delete(call)
    this.#notes.set(call, note)
    for (const [id, one] of this.#notes) if (this.#notes.size > KEPT && id !== call && !one.unsaved) this.#notes.delete(id)
    return note
  }

  /** For as long as a screen shows it: changes that the server tells of, and what is left to send when the link is back. */
  follow(note: CallNote): void {
    $effect(() => {
      void live.link // after a gap too: what was told meanwhile was not heard
      untrack(() => {
        if (note.state === 'saved') void note.load()
        else note.again()
      })
    })
    $effect(() => {
      const told = live.note
      if (told?.id === note.call) untrack(() => note.told(told.version))
    })
    $effect(() => () => void note.save())
  }
}

export const callNotes = new CallNotes()
