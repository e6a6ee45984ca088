/**
 * One flow while it is edited. The draft is saved as it is changed, each time with the revision that it was made from;
 * what somebody else changed meanwhile is shown, and the user chooses. What has not reached the server is kept in this
 * browser too. Problems are the server's, of what it has stored.
 */
import type { Flow, FlowProblem, FlowVersionSummary } from '../kit/api-types'
import { same } from '../kit/flow_edits'
import { withSent } from '../kit/flow_kept'
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

/** What a user is told on return: `unsent`: kept in this browser only, since (epoch ms), and the draft without it; `unpublished`: the draft is not what calls run; `published`: somebody else published meanwhile, over what calls ran before. */
export type News = { what: 'unsent'; at: number; before: Content } | { what: 'unpublished' } | { what: 'published'; before: Content | null }

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
  versions = $state.raw<readonly FlowVersionSummary[]>([])
  undone = $state.raw<readonly Content[]>([])
  done = $state.raw<readonly Content[]>([])
  /** Tells its kept edits from those of the same flow in another tab. */
  readonly #page = Math.random().toString(36).slice(2)
  #edited = 0
  #unanswered: readonly Content[] = []
  #knowsRunning = false
  #tag: string | null = null
  #timer: ReturnType<typeof setTimeout> | undefined
  #tries = 0
  #saving: Promise<void> | null = null

  constructor(readonly id: string) {
    super()
  }

  /** Whether this browser keeps what is not sent yet: a page that is closed loses nothing. */
  get kept(): boolean {
    return keptFlows.has(this.id, this.#page, this.draft)
  }

  load(): Promise<boolean> {
    if (this.stored !== null) return this.look().then(() => true)
    return this.try(async () => {
      const flow = await administration.flow(this.id).catch((error: unknown) => {
        if (asProblem(error).status === 404) keptFlows.forget(this.id) // somebody else deleted it
        throw error
      })
      this.#took(flow)
      this.draft = contentOf(flow)
      this.#goOn(flow)
      await Promise.all([this.validate(), this.#follow()])
      if (this.news === null && this.state === 'saved' && flow.changed && this.running !== null) this.news = { what: 'unpublished' }
    }, 'load')
  }

  /** With what an earlier visit had changed and could not send. */
  #goOn(flow: Flow): void {
    if (!account.may('flows.write')) return keptFlows.forget(this.id)
    keptFlows.dropReached(this.id, flow)
    const kept = keptFlows.of(this.id)
    if (kept === null) return
    keptFlows.takeOver(kept, this.#page)
    this.draft = kept.draft
    this.#edited = kept.at
    this.#unanswered = kept.sent
    if (kept.revision === flow.revision || [kept.base, ...kept.sent].some((one) => same(one, flow))) {
      this.news = { what: 'unsent', at: kept.at, before: contentOf(flow) }
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
    if (this.news?.what === 'unsent') this.news = null
    this.state = 'typed'
    await this.#save()
  }

  /** Of the two drafts, theirs: undo brings the user's back. */
  async takeTheirs(): Promise<void> {
    const theirs = this.theirs
    if (theirs === null) return
    this.theirs = null
    this.#took(theirs)
    this.#replace(theirs)
    this.state = 'saved'
    this.#unanswered = []
    keptFlows.drop(this.id, this.#page)
    await this.#check()
  }

  rename(name: string): Promise<boolean> {
    return this.try(async () => {
      await this.flush()
      this.#took(await administration.changeFlow(this.id, { name: name.trim(), revision: this.stored?.revision ?? null }))
      await this.#follow().catch(() => undefined)
    }, 'rename')
  }

  publish(): Promise<boolean> {
    return this.try(async () => {
      const over = this.running?.version ?? 0 // what the draft was compared with
      if (!(await this.flush()) || this.stored === null) return
      const looked = this.stored
      try {
        const version = await administration.publishFlow(this.id, { revision: looked.revision, over })
        this.running = { ...version, ...contentOf(looked) }
        this.stored = { ...this.stored, published: version.version, changed: this.stored.revision !== looked.revision }
        this.news = null
      } catch (error) {
        if (asProblem(error).code === 'flow_changed') await this.#again().catch(() => undefined)
        throw error
      }
      await this.#again().catch(() => undefined)
    }, 'publish')
  }

  /** The draft becomes what calls run; undo brings it back. */
  discard(): void {
    if (this.running !== null) this.edit(contentOf(this.running))
    this.news = null
  }

  /** The draft without what an earlier visit could not send, and without what was changed since; undo brings it back. */
  discardUnsent(): void {
    if (this.news?.what === 'unsent') this.edit(this.news.before)
    this.news = null
  }

  /** `over`: the version that calls ran when the user looked, 0 for none. */
  rollBack(version: number, over: number): Promise<boolean> {
    return this.try(async () => {
      try {
        await administration.rollFlowBack(this.id, version, over)
        this.news = null
      } catch (error) {
        if (asProblem(error).code === 'flow_changed') await this.#reread().catch(() => undefined)
        throw error
      }
      await this.#reread().catch(() => undefined)
    }, 'rollback')
  }

  async #reread(): Promise<void> {
    await this.#again()
    this.versions = (await administration.flowVersions(this.id)).items
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
    if (this.stored !== null && this.state === 'saved' && !this.busy) await this.#again().catch(() => undefined)
  }

  /** What the server has now: the draft, where nothing here is unsent, and what calls run. */
  async #again(): Promise<void> {
    const flow = await administration.flow(this.id)
    const before = this.stored
    if (before === null || flow.revision < before.revision) return // a save was answered meanwhile
    if (flow.revision === before.revision) this.#took(flow)
    else if (this.state === 'saved') {
      this.#took(flow)
      if (!same(flow, this.draft)) this.#replace(flow)
      await this.validate().catch(() => undefined)
    } else this.stored = { ...before, published: flow.published, changed: flow.changed } // the next save finds the conflict
    await this.#follow()
  }

  /** Reads what calls run where the flow says that it is another version by now; one of somebody else is told. */
  async #follow(): Promise<void> {
    const before = this.running
    const published = this.stored?.published ?? null
    if (published !== (before?.version ?? null)) {
      const running = published === null ? null : await administration.flowVersion(this.id, published)
      if (this.running !== before) return this.#follow()
      this.running = running
      if (this.#knowsRunning && running !== null && running.published_by !== account.me?.user.id) this.news = { what: 'published', before }
    }
    this.#knowsRunning = true
  }

  async #check(): Promise<void> {
    await Promise.all([this.validate(), this.#follow()].map((each) => each.catch(() => undefined)))
  }

  /** The draft is what somebody else made of it; undo brings the user's back. */
  #replace(flow: Flow): void {
    this.done = [...this.done, this.draft]
    this.undone = []
    this.#tag = null
    this.draft = contentOf(flow)
    if (this.news?.what === 'unsent') this.news = null
  }

  /** Nothing is sent any more. */
  stop(): void {
    clearTimeout(this.#timer)
  }

  #put(next: Content): void {
    this.draft = next
    this.state = 'typed'
    this.#edited = Date.now()
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
      this.#unanswered = withSent(this.#unanswered, sent)
      this.#keep()
      try {
        this.#took(await administration.changeFlow(this.id, { start: sent.start, nodes: sent.nodes, revision: this.stored?.revision ?? null }))
        this.#sent(sent)
      } catch (error) {
        if (!(await this.#refused(asProblem(error), sent))) return
      }
      await this.#check()
    }
  }

  /** The server has `sent`; what was changed meanwhile goes next. */
  #sent(sent: Content): void {
    this.#tries = 0
    this.unsaved = null
    this.#unanswered = []
    this.state = this.draft === sent ? 'saved' : 'typed'
    if (this.state === 'saved') keptFlows.drop(this.id, this.#page)
    else this.#keep()
  }

  #keep(): void {
    if (this.stored === null) return
    keptFlows.put({ flow: this.id, page: this.#page, at: this.#edited, revision: this.stored.revision, base: contentOf(this.stored), draft: this.draft, sent: this.#unanswered })
  }

  /** True: it may go on, since nobody else has changed the draft. */
  async #refused(problem: Problem, sent: Content): Promise<boolean> {
    if (problem.code === 'flow_changed') {
      try {
        const now = await administration.flow(this.id)
        if (same(now, sent)) { // an earlier answer was lost on its way
          this.#took(now)
          this.#sent(sent)
          return true
        }
        if (this.stored !== null && now.revision !== this.stored.revision && [this.stored, ...this.#unanswered].some((one) => same(one, now))) {
          this.#took(now) // as it was left here, at most under another name
          this.state = 'typed'
          return true
        }
        this.theirs = now
        this.state = 'conflict'
        return false
      } catch (error) {
        problem = asProblem(error)
      }
    }
    this.unsaved = problem
    this.state = 'failed'
    if (!problem.away && problem.status !== 429) return false
    this.#timer = setTimeout(() => void this.#save(), problem.retryAfterS === null ? (AGAIN_MS[this.#tries] ?? 30_000) : problem.retryAfterS * 1000)
    this.#tries += 1
    return false
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
    keptFlows.forget(id)
  }

  /** Something would be lost if the page were closed. */
  get unsaved(): boolean {
    return [...this.#editors.values()].some((editor) => editor.state !== 'saved' && !editor.kept)
  }
}

export const flowEditors = new FlowEditors()
