/**
 * One flow while it is edited. The draft is saved as it is changed, each time with the revision that it was made from;
 * what somebody else changed meanwhile is shown, and the user chooses. Problems are the server's, of what it has stored.
 */
import type { Flow, FlowProblem, FlowVersionSummary } from '../kit/api-types'
import { same } from '../kit/flow_edits'
import type { Content } from '../kit/flow_kinds'
import { asProblem, type Problem } from '../kit/problem'
import { administration } from '../links/administration'
import { account } from './account.svelte'
import { flows } from './flows.svelte'
import { Trying } from './trying.svelte'

const TYPED_MS = 600
const AGAIN_MS = [2_000, 5_000, 15_000, 30_000]
const STEPS_BACK = 200
const contentOf = ({ start, nodes }: Content): Content => ({ start, nodes })

/** `typed`: not yet sent; `conflict`: somebody else has changed it since; `failed`: sent in vain. */
type State = 'saved' | 'typed' | 'saving' | 'failed' | 'conflict'

export class FlowEditor extends Trying {
  /** As the server has it; null until the first answer. */
  stored = $state.raw<Flow | null>(null)
  draft = $state.raw<Content>({ start: '', nodes: {} })
  state = $state<State>('saved')
  /** Why it was not saved. */
  unsaved = $state.raw<Problem | null>(null)
  /** What somebody else made of it meanwhile. */
  theirs = $state.raw<Flow | null>(null)
  /** Of the draft as it is stored; null until the first answer. */
  problems = $state.raw<readonly FlowProblem[] | null>(null)
  /** What calls run; null: nothing. */
  running = $state.raw<Content | null>(null)
  versions = $state.raw<readonly FlowVersionSummary[]>([])
  undone = $state.raw<readonly Content[]>([])
  done = $state.raw<readonly Content[]>([])
  #tag: string | null = null
  #timer: ReturnType<typeof setTimeout> | undefined
  #tries = 0
  #saving: Promise<void> | null = null

  constructor(readonly id: string) {
    super()
  }

  load(): Promise<boolean> {
    if (this.stored !== null) return this.look().then(() => true)
    return this.try(async () => {
      const flow = await administration.flow(this.id)
      this.#took(flow)
      this.draft = contentOf(flow)
      await Promise.all([this.validate(), this.#readRunning()])
    }, 'load')
  }

  /** `tag`: edits of the same field one after the other are undone together. */
  edit(next: Content, tag: string | null = null): void {
    if (this.stored === null || this.theirs !== null || same(next, this.draft)) return
    if (tag === null || tag !== this.#tag) this.done = [...this.done, this.draft].slice(-STEPS_BACK)
    this.#tag = tag
    this.undone = []
    this.#put(next)
  }

  undo(): void {
    const before = this.done.at(-1)
    if (before === undefined || this.theirs !== null) return
    this.done = this.done.slice(0, -1)
    this.undone = [...this.undone, this.draft]
    this.#tag = null
    this.#put(before)
  }

  redo(): void {
    const after = this.undone.at(-1)
    if (after === undefined || this.theirs !== null) return
    this.undone = this.undone.slice(0, -1)
    this.done = [...this.done, this.draft]
    this.#tag = null
    this.#put(after)
  }

  /** Sends what is not sent yet, now. True: the server has all of it. */
  async flush(): Promise<boolean> {
    clearTimeout(this.#timer)
    if (this.#saving !== null) await this.#saving
    if (this.state === 'typed' || this.state === 'failed') await this.#save()
    return this.state === 'saved'
  }

  async validate(): Promise<void> {
    const { problems } = await administration.validateFlow(this.id)
    this.problems = problems
  }

  /** Of the two drafts, the user's: theirs is overwritten, and undo brings it back. */
  async keepMine(): Promise<void> {
    const theirs = this.theirs
    if (theirs === null) return
    this.#took(theirs)
    this.theirs = null
    this.done = [...this.done, contentOf(theirs)]
    this.state = 'typed'
    await this.#save()
  }

  /** Of the two drafts, theirs: undo brings the user's back. */
  async takeTheirs(): Promise<void> {
    const theirs = this.theirs
    if (theirs === null) return
    this.theirs = null
    this.done = [...this.done, this.draft]
    this.undone = []
    this.#tag = null
    this.#took(theirs)
    this.draft = contentOf(theirs)
    this.state = 'saved'
    await this.validate().catch(() => undefined)
  }

  rename(name: string): Promise<boolean> {
    return this.try(async () => {
      await this.flush()
      this.#took(await administration.changeFlow(this.id, { name: name.trim(), revision: this.stored?.revision ?? null }))
    }, 'rename')
  }

  publish(): Promise<boolean> {
    return this.try(async () => {
      if (!(await this.flush())) return
      await administration.publishFlow(this.id)
      await this.#again()
    }, 'publish')
  }

  rollBack(version: number): Promise<boolean> {
    return this.try(async () => {
      await administration.rollFlowBack(this.id, version)
      await this.#again()
      this.versions = (await administration.flowVersions(this.id)).items
    }, 'rollback')
  }

  loadVersions(): Promise<boolean> {
    return this.try(async () => void (this.versions = (await administration.flowVersions(this.id)).items), 'versions')
  }

  version(number: number): Promise<Content> {
    return administration.flowVersion(this.id, number).then(contentOf)
  }

  /** When the page is looked at again: what somebody else did meanwhile, unless something here is not sent yet. */
  async look(): Promise<void> {
    if (this.state === 'failed') await this.flush()
    if (this.stored === null || this.state !== 'saved' || this.busy) return
    const flow = await administration.flow(this.id).catch(() => null)
    if (flow === null || this.state !== 'saved' || flow.revision === this.stored.revision) return
    this.#took(flow)
    if (!same(flow, this.draft)) {
      this.done = [...this.done, this.draft]
      this.draft = contentOf(flow)
    }
    await this.validate().catch(() => undefined)
  }

  /** Nothing is sent any more. */
  stop(): void {
    clearTimeout(this.#timer)
  }

  #put(next: Content): void {
    this.draft = next
    this.state = 'typed'
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.#save(), TYPED_MS)
  }

  #took(flow: Flow): void {
    this.stored = flow
    flows.told(flow)
  }

  #save(): Promise<void> {
    this.#saving ??= this.#send().finally(() => (this.#saving = null))
    return this.#saving
  }

  async #send(): Promise<void> {
    while (this.state === 'typed' || this.state === 'failed') {
      clearTimeout(this.#timer)
      const sent = this.draft
      this.state = 'saving'
      try {
        this.#took(await administration.changeFlow(this.id, { start: sent.start, nodes: sent.nodes, revision: this.stored?.revision ?? null }))
        this.#sent(sent)
      } catch (error) {
        return this.#refused(asProblem(error), sent)
      }
      await this.validate().catch(() => undefined)
    }
  }

  /** The server has `sent`; what was changed meanwhile goes next. */
  #sent(sent: Content): void {
    this.#tries = 0
    this.unsaved = null
    this.state = this.draft === sent ? 'saved' : 'typed'
  }

  async #refused(problem: Problem, sent: Content): Promise<void> {
    if (problem.code === 'flow_changed') {
      try {
        const now = await administration.flow(this.id)
        if (same(now, sent)) { // an earlier answer was lost on its way
          this.#took(now)
          this.#sent(sent)
          return
        }
        this.theirs = now
        this.state = 'conflict'
        return
      } catch (error) {
        problem = asProblem(error)
      }
    }
    this.unsaved = problem
    this.state = 'failed'
    if (!problem.away && problem.status !== 429) return
    this.#timer = setTimeout(() => void this.#save(), problem.retryAfterS === null ? (AGAIN_MS[this.#tries] ?? 30_000) : problem.retryAfterS * 1000)
    this.#tries += 1
  }

  async #again(): Promise<void> {
    this.#took(await administration.flow(this.id))
    await this.#readRunning()
  }

  async #readRunning(): Promise<void> {
    const published = this.stored?.published ?? null
    this.running = published === null ? null : contentOf(await administration.flowVersion(this.id, published))
  }
}

/** A flow that is left with something unsent keeps sending, and is found again with what was typed. */
class FlowEditors {
  #editors = new Map<string, FlowEditor>()
  #whose: string | null = null

  /** Of another user's time nothing is left. */
  of(id: string): FlowEditor {
    const whose = account.me?.user.id ?? null
    if (whose !== this.#whose) {
      for (const editor of this.#editors.values()) editor.stop()
      this.#editors.clear()
      this.#whose = whose
    }
    for (const [each, editor] of this.#editors) if (each !== id && editor.state === 'saved') this.#editors.delete(each)
    const editor = this.#editors.get(id) ?? new FlowEditor(id)
    this.#editors.set(id, editor)
    return editor
  }

  /** It was deleted. */
  forget(id: string): void {
    this.#editors.get(id)?.stop()
    this.#editors.delete(id)
  }

  get unsaved(): boolean {
    return [...this.#editors.values()].some((editor) => editor.state !== 'saved')
  }
}

export const flowEditors = new FlowEditors()
