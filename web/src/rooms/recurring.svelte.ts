/** Recurring tasks: the rules there are, a new one, and the end of one. */
import { api } from '../links/api'
import type { TaskSeries, TaskSeriesChange, TaskSeriesWish } from '../kit/model'
import { Trying } from './trying.svelte'

class Recurring extends Trying {
  /** Null until the first answer. */
  rows = $state.raw<readonly TaskSeries[] | null>(null)

  load(): Promise<boolean> {
    return this.try(() => this.#load(), 'load')
  }

  add(wish: TaskSeriesWish): Promise<boolean> {
    return this.try(async () => {
      await api.addTaskSeries(wish)
      await this.#load()
    }, 'add')
  }

  change(id: string, changes: TaskSeriesChange): Promise<boolean> {
    return this.try(async () => {
      await api.changeTaskSeries(id, changes)
      await this.#load()
    }, 'change')
  }

  remove(id: string): Promise<boolean> {
    return this.try(async () => {
      await api.dropTaskSeries(id)
      await this.#load()
    }, 'remove')
  }

  async #load(): Promise<void> {
    this.rows = (await api.taskSeries()).items
  }
}

export const recurring = new Recurring()
