/** Addresses of the organisation whose e-mails become tasks. */
import type { NewTaskAddress, TaskAddressAnswer, TaskAddressChange } from '../kit/api-types'
import { administration } from '../links/administration'
import { Trying } from './trying.svelte'

class TaskAddresses extends Trying {
  /** Null until the first answer. */
  rows = $state.raw<readonly TaskAddressAnswer[] | null>(null)
  /** Whether this installation receives e-mails. */
  received = $state(true)

  load(): Promise<boolean> {
    return this.#then(() => Promise.resolve())
  }

  add(wish: NewTaskAddress): Promise<boolean> {
    return this.#then(() => administration.addTaskAddress(wish))
  }

  change(id: string, changes: TaskAddressChange): Promise<boolean> {
    return this.#then(() => administration.changeTaskAddress(id, changes))
  }

  rotate(id: string): Promise<boolean> {
    return this.#then(() => administration.rotateTaskAddress(id))
  }

  remove(id: string): Promise<boolean> {
    return this.#then(() => administration.dropTaskAddress(id))
  }

  #then(work: () => Promise<unknown>): Promise<boolean> {
    return this.try(async () => {
      await work()
      const found = await administration.taskAddresses()
      this.rows = found.items
      this.received = found.received
    })
  }
}

export const taskAddresses = new TaskAddresses()
