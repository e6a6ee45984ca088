/** One's own changes of many tasks in the last 30 days, and undoing one of them later. */
import { details } from '../links/details'
import type { TaskBulkChange } from '../kit/model'
import { Trying } from './trying.svelte'
import { work } from './work.svelte'

export class BulkChanges extends Trying {
  /** Null until the first answer; the newest first. */
  rows = $state.raw<readonly TaskBulkChange[] | null>(null)

  load(): Promise<boolean> {
    return this.try(async () => void (this.rows = (await details.bulkChanges()).items), 'load')
  }

  undo(id: string): Promise<boolean> {
    return this.try(async () => {
      if (!(await work.undo(id)) && work.problem !== null) throw work.problem
      this.rows = (await details.bulkChanges()).items
    }, id)
  }
}
