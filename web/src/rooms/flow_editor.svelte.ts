/**
 * One flow while it is edited. The draft is saved as it is changed, each time with the revision that it was made from;
 * what somebody else changed meanwhile is shown, and the user chooses. What has not reached the server is kept in this
 * browser too. Problems are the server's, of what it has stored.
 */
import type { Flow, FlowProblem, FlowVersionSummary } from '../kit/api-types'
import { same } from '../kit/flow_edits'
import type { Content } from '../kit/flow_kinds'
import { asProblem, type Problem } from '../kit/problem'
import { administration } from '../links/administration'
import { account } from './account.svelte'
import { keptFlows } from './flow_kept'
import { flows } from './flows.svelte'
import { Trying } from './trying.svelte'

const TYPED_MS = 600
const AGAIN_MS = [2_000, 5_000, 15_000, 30_000]
const STEPS_BACK = 200
const contentOf = ({ start, nodes }: Content): Content => ({ start, nodes })

/** What a user is told on return: `unsent`: kept in this browser only, since (epoch ms); `unpublished`: the draft is not what calls run; `published`: somebody else published meanwhile, over what calls ran before. */
export type News = { what: 'unsent'; at: number } | { what: 'unpublished' } | { what: 'published'; before: Content | null }

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
  running = $state.raw<(Content & FlowVersionSummary) | null>(null)
  news = $state.raw<News | null>(null)
  /** Whether this browser keeps what is not sent yet: a page that is closed loses nothing. */
  kept = true
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
      this.#goOn(flow)
      await Promise.all([this.validate(), this.#readRunning()])
      if (this.news === null && this.state === 'saved' && flow.changed && this.running !== null) this.news = { what: 'unpublished' }
    }, 'load')
  }

  /** With what an earlier visit had changed and could not send. */
  #goOn(flow: Flow): void {
    const kept = account.may('flows.write') ? keptFlows.of(this.id) : null
    if (kept === null || same(kept.draft, flow)) return keptFlows.drop(this.id)
    this.draft = kept.draft
    if (kept.revision === flow.revision || same(kept.base, flow)) {
      this.news = { what: 'unsent', at: kept.at }
      this.done = [contentOf(flow)]
      this.state = 'typed'
      void this.#save()
    } else {
      this.stored = { ...flow, ...kept.base, revision: kept.revision }
      this.theirs = flow
      this.state = 'conflict'
    }
  }

  /** `tag`: edits of the same field one after the other are undone together. */
  edit(next: Content, tag: string | null = null): void {
    if (this.stored === null || this.theirs !== null || same(next, this.draft)) return
    if (this.news?.what === 'unpublished') this.news = null
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
    keptFlows.drop(this.id)
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
      if (!(await this.flush()) || this.stored === null) return
      try {
        await administration.publishFlow(this.id, { revision: this.stored.revision, over: this.running?.version ?? 0 })
      } catch (error) {
        if (asProblem(error).code === 'flow_changed') await this.#meanwhile()
        throw error
      }
      this.news = null
      await this.#again()
    }, 'publish')
  }

  /** The draft becomes what calls run; undo brings it back. */
  discard(): void {
    if (this.running !== null) this.edit(contentOf(this.running))
    this.news = null
  }

  rollBack(version: number): Promise<boolean> {
    return this.try(async () => {
      await administration.rollFlowBack(this.id, version)
      this.news = null
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
    if (this.stored !== null && this.state === 'saved' && !this.busy) await this.#meanwhile()
  }

  async #meanwhile(): Promise<void> {
    const before = this.stored
    const flow = await administration.flow(this.id).catch(() => null)
    if (flow === null || before === null || this.state !== 'saved' || (flow.revision === before.revision && flow.published === before.published)) return
    this.#took(flow)
    if (!same(flow, this.draft)) {
      this.done = [...this.done, this.draft]
      this.draft = contentOf(flow)
    }
    if (flow.published !== before.published) await this.#publishedBySomebody().catch(() => undefined)
    await this.validate().catch(() => undefined)
  }

  async #publishedBySomebody(): Promise<void> {
    const before = this.running
    await this.#readRunning()
    if (this.running !== null && this.running.published_by !== account.me?.user.id) this.news = { what: 'published', before }
  }

  /** Nothing is sent any more. */
  stop(): void {
    clearTimeout(this.#timer)
  }

  #put(next: Content): void {
    this.draft = next
    this.state = 'typed'
    this.#keep()
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
    if (this.state === 'saved') keptFlows.drop(this.id)
    else this.#keep()
  }

  #keep(): void {
    if (this.stored !== null) this.kept = keptFlows.put(this.id, { at: Date.now(), revision: this.stored.revision, base: contentOf(this.stored), draft: this.draft })
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
    this.running = published === null ? null : await administration.flowVersion(this.id, published)
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
    keptFlows.drop(id)
  }

  /** Something would be lost if the page were closed. */
  get unsaved(): boolean {
    return [...this.#editors.values()].some((editor) => editor.state !== 'saved' && !editor.kept)
  }
}

export const flowEditors = new FlowEditors()
