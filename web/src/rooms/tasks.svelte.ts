/** What is left to do: voicemail, missed calls, failed callbacks. Open ones; what is done leaves the list. */
import { untrack } from 'svelte'
import { api } from '../links/api'
import type { TaskChange, TaskRow } from '../kit/model'
import { asProblem, type Problem } from '../kit/problem'
import { ACTIVE } from '../kit/tasks'
import { account } from './account.svelte'
import { live } from './live.svelte'

class Tasks {
  /** Null until the first answer. */
  rows = $state.raw<readonly TaskRow[] | null>(null)
  problem = $state.raw<Problem | null>(null)
  busy = $state<string | null>(null)
  readonly open: readonly TaskRow[] = $derived((this.rows ?? []).filter((row) => ACTIVE.includes(row.state)))
  #stop: (() => void) | null = null

  start(): void {
    this.#stop ??= $effect.root(() => {
      $effect(() => {
        void live.records
        void live.tasks
        void live.link
        const timer = setTimeout(() => void this.load(), untrack(() => this.rows) === null ? 0 : 250)
        return () => clearTimeout(timer)
      })
    })
  }

  stop(): void {
    this.#stop?.()
    this.#stop = null
    this.rows = null
  }

  async load(): Promise<void> {
    try {
      this.rows = (await api.tasks()).items
      this.problem = null
    } catch (error) {
      this.problem = asProblem(error)
    }
  }

  assignToMe(task: TaskRow): Promise<void> {
    return this.#change(task, { assignee_id: account.me?.user.id ?? null })
  }

  done(task: TaskRow): Promise<void> {
    return this.#change(task, { state: 'done' })
  }

  /** What the server answered to a change. */
  took(after: TaskRow): void {
    this.rows = (this.rows ?? []).map((row) => (row.id === after.id ? { ...row, ...after } : row))
  }

  async #change(task: TaskRow, changes: TaskChange): Promise<void> {
    this.busy = task.id
    try {
      const changed = await api.changeTask(task.id, { ...changes, version: task.version })
      this.took(changed)
      this.problem = null
    } catch (error) {
      this.problem = asProblem(error)
      // Somebody else was faster: show what is true now.
      if (this.problem.status === 409) void api.tasks().then((page) => (this.rows = page.items), () => undefined)
    } finally {
      this.busy = null
    }
  }
}

export const tasks = new Tasks()
