/** One's own exports of tasks, which are kept for a day. */
import { details } from '../links/details'
import type { TaskExport, TaskExportWish } from '../kit/model'
import { saveFile } from '../links/save'
import { lookAgain } from './looking'
import { Trying } from './trying.svelte'

const ASK_MS = 1500

class TaskExports extends Trying {
  /** Null until the first answer; the newest first. */
  rows = $state.raw<readonly TaskExport[] | null>(null)
  #asked = 0

  get writing(): boolean {
    return this.rows?.some((one) => one.state === 'running') ?? false
  }

  load(): Promise<boolean> {
    return this.try(() => this.#read(), 'load')
  }

  begin(wish: TaskExportWish): Promise<boolean> {
    return this.try(async () => {
      const made = await details.exportTasks(wish)
      this.#asked += 1
      this.rows = [made, ...(this.rows ?? [])]
    }, 'begin')
  }

  /** Asks how far they are, until it is refused; what is returned ends it. */
  follow(): () => void {
    return lookAgain(() => this.#read(), ASK_MS, (problem) => (this.problem = problem))
  }

  save(one: TaskExport): Promise<boolean> {
    return this.try(async () => saveFile(await details.taskExportFile(one.id), `call24-tasks.${one.format}`), 'save')
  }

  drop(id: string): Promise<boolean> {
    return this.try(async () => {
      await details.dropTaskExport(id)
      this.#asked += 1
      this.rows = (this.rows ?? []).filter((one) => one.id !== id)
    }, 'drop')
  }

  /** The answer to an older question is dropped. */
  async #read(): Promise<void> {
    const mine = ++this.#asked
    const { items } = await details.taskExports()
    if (mine === this.#asked) this.rows = items
  }
}

export const taskExports = new TaskExports()
