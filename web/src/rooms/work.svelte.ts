/** The work list: what it asks for, its pages, what is chosen in it, changes of many with their undo, and one task opened. */
import { untrack } from 'svelte'
import { api } from '../links/api'
import type { Named, SavedFilter, TaskBulkFields, TaskChange, TaskComment, TaskRow, TaskWish } from '../kit/model'
import { asProblem, type Problem } from '../kit/problem'
import { ACTIVE, EVERYTHING, mentioned, question, type Asked, type TaskView } from '../kit/tasks'
import { account } from './account.svelte'
import { live } from './live.svelte'
import { tasks } from './tasks.svelte'
import { Trying } from './trying.svelte'

const PAGE = 50
/** Of closed ones on the board. */
const CLOSED_SHOWN = 20

class Work extends Trying {
  asked = $state.raw<Asked>(EVERYTHING)
  /** Null until the first answer. */
  rows = $state.raw<readonly TaskRow[] | null>(null)
  next = $state<string | null>(null)
  /** Why the list is not there; `problem` is of a change. */
  trouble = $state.raw<Problem | null>(null)
  saved = $state.raw<readonly SavedFilter[]>([])
  chosen = $state.raw<ReadonlySet<string>>(new Set())
  /** How many match what is asked, while that is being shown before all of them are changed. */
  matching = $state<number | null>(null)
  /** What was just done with many, and can be undone at once. */
  done = $state.raw<{ says: string; id: string } | null>(null)
  #question = 0
  #board = false

  /** The board also shows what was closed last. */
  show(board: boolean): void {
    if (board === this.#board) return
    this.#board = board
    void this.load()
  }

  /** Follows what is asked, and what others do, for as long as the screen is open. */
  follow(): () => void {
    return $effect.root(() => {
      $effect(() => {
        void live.tasks
        void this.asked
        const timer = setTimeout(() => void this.load(), untrack(() => this.rows) === null ? 0 : 250)
        return () => clearTimeout(timer)
      })
    })
  }

  ask(changes: Partial<Asked>): void {
    this.asked = { ...this.asked, ...changes }
    this.chosen = new Set()
    this.matching = null
  }

  async load(): Promise<void> {
    const mine = ++this.#question
    try {
      const [page, closed] = await Promise.all([
        api.someTasks({ ...question(this.asked), sort: this.asked.sort, limit: PAGE }),
        this.#board ? api.someTasks({ ...question({ ...this.asked, view: 'closed' }), sort: 'changed', limit: CLOSED_SHOWN }) : null,
      ])
      if (mine !== this.#question) return
      const there = new Set(page.items.map((one) => one.id))
      this.rows = [...page.items, ...(closed?.items ?? []).filter((one) => !there.has(one.id))]
      this.next = page.next
      this.trouble = null
    } catch (error) {
      if (mine === this.#question) this.trouble = asProblem(error)
    }
  }

  /** The next page; nothing while something else is done, as lists ask with each scroll. */
  async more(): Promise<boolean> {
    if (this.next === null || this.busy) return false
    const mine = this.#question
    return this.try(async () => {
      const page = await api.someTasks({ ...question(this.asked), sort: this.asked.sort, limit: PAGE, cursor: this.next })
      if (mine !== this.#question) return
      const there = new Set(this.rows?.map((one) => one.id))
      this.rows = [...(this.rows ?? []), ...page.items.filter((one) => !there.has(one.id))]
      this.next = page.next
    }, 'more')
  }

  /** The new task; null where it was refused. */
  async add(wish: TaskWish): Promise<TaskRow | null> {
    let made: TaskRow | null = null
    await this.try(async () => {
      made = await api.addTask(wish)
      await this.load()
    }, 'add')
    return made
  }

  /** The task as it is then; null where it was refused, and the list shows what is true now. */
  async change(task: TaskRow, changes: TaskChange): Promise<TaskRow | null> {
    let after: TaskRow | null = null
    const done = await this.try(async () => {
      after = await api.changeTask(task.id, { ...changes, version: task.version })
      this.#took(after)
    }, task.id)
    if (!done && this.problem?.status === 409) void this.load()
    return after
  }

  /** What the server answered; what is closed leaves a list of open ones. */
  #took(after: TaskRow): void {
    const stays = this.#board || this.asked.view === 'closed' || ACTIVE.includes(after.state)
    this.rows = (this.rows ?? []).flatMap((row) => (row.id !== after.id ? [row] : stays ? [{ ...row, ...after }] : []))
    tasks.took(after)
  }

  // --- many ---

  choose(id: string): void {
    const chosen = new Set(this.chosen)
    if (!chosen.delete(id)) chosen.add(id)
    this.chosen = chosen
    this.matching = null
  }

  chooseShown(): void {
    this.chosen = this.chosen.size > 0 ? new Set() : new Set(this.rows?.map((row) => row.id))
    this.matching = null
  }

  /** Shows how many match, before all of them can be changed. */
  count(): Promise<boolean> {
    return this.try(async () => void (this.matching = (await api.countTasks(question(this.asked))).count), 'count')
  }

  changeMany(change: TaskBulkFields, says: string): Promise<boolean> {
    return this.try(async () => {
      const outcome = await api.changeManyTasks(this.matching === null ? { change, ids: [...this.chosen] } : { change, filter: question(this.asked), count: this.matching })
      const left = outcome.refused.length === 0 ? '' : `, ${outcome.refused.length} could not be`
      this.done = { says: `${outcome.changed} ${outcome.changed === 1 ? 'task' : 'tasks'} ${says}${left}`, id: outcome.bulk_change.id }
      this.chosen = new Set()
      this.matching = null
      await this.load()
    }, 'many')
  }

  undo(id: string): Promise<boolean> {
    return this.try(async () => {
      await api.undoManyTasks(id)
      this.done = null
      await this.load()
    }, 'undo')
  }

  // --- saved filters ---

  async loadSaved(): Promise<void> {
    try {
      this.saved = (await api.savedFilters()).items
    } catch {
      this.saved = []
    }
  }

  save(name: string): Promise<boolean> {
    return this.try(async () => {
      await api.saveFilter({ ...question(this.asked), name, sort: this.asked.sort })
      await this.loadSaved()
    }, 'save')
  }

  forget(id: string): Promise<boolean> {
    return this.try(async () => {
      await api.dropFilter(id)
      await this.loadSaved()
    }, 'forget')
  }

  use(saved: SavedFilter): void {
    const view: TaskView = saved.overdue ? 'overdue' : saved.closed === true ? 'closed' : saved.unassigned ? 'unassigned' : saved.assignee === 'me' ? 'mine' : 'todo'
    this.ask({ view, queue: saved.queue ?? '', kind: saved.kind ?? '', priority: saved.priority ?? '', q: saved.q, sort: saved.sort })
  }
}

export const work = new Work()

/** Colleagues to whom a task can be given, or who are named in a comment: oneself too. */
export function colleagues(): Named[] {
  const agents = (live.state?.agents ?? []).map((one) => ({ id: one.id, name: one.name }))
  const me = account.me?.user
  const all = me === undefined || agents.some((one) => one.id === me.id) ? agents : [...agents, { id: me.id, name: me.name }]
  return all.sort((one, other) => one.name.localeCompare(other.name))
}

/** One task opened: read again, since the list may be older. */
export class OpenTask extends Trying {
  task = $state.raw<TaskRow | null>(null)
  comments = $state.raw<readonly TaskComment[]>([])
  trouble = $state.raw<Problem | null>(null)
  /** Why the last change was refused; `problem` is of a comment. */
  refused = $state.raw<Problem | null>(null)

  constructor(readonly id: string) {
    super()
    this.task = work.rows?.find((one) => one.id === id) ?? null
  }

  async load(): Promise<void> {
    try {
      this.task = await api.task(this.id)
      this.trouble = null
      if (this.task.restricted) return
      this.comments = (await api.taskComments(this.id)).items
    } catch (error) {
      this.trouble = asProblem(error)
    }
  }

  async change(changes: TaskChange): Promise<boolean> {
    if (this.task === null) return false
    const after = await work.change(this.task, changes)
    this.refused = work.problem
    work.problem = null
    await this.load()
    return after !== null
  }

  comment(text: string): Promise<boolean> {
    return this.try(async () => {
      await api.addTaskComment(this.id, text, mentioned(text, colleagues()))
      this.comments = (await api.taskComments(this.id)).items
    }, 'comment')
  }

  dropComment(id: string): Promise<boolean> {
    return this.try(async () => {
      await api.dropTaskComment(this.id, id)
      this.comments = (await api.taskComments(this.id)).items
    }, 'comment')
  }
}

/** What is still to be done about somebody: by their entry of the address book, where they have one, and by their numbers. */
export async function tasksAbout(person: string | null, callers: readonly string[]): Promise<TaskRow[]> {
  const about = [...(person === null ? [] : [{ person }]), ...callers.slice(0, 3).map((contact) => ({ contact }))]
  const pages = await Promise.all(about.map((which) => api.someTasks({ ...which, closed: false, limit: 20 }).catch(() => null)))
  const found = new Map(pages.flatMap((page) => page?.items ?? []).map((task) => [task.id, task]))
  return [...found.values()].sort((one, other) => other.at.localeCompare(one.at))
}
