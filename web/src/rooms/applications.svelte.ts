/** The organisation's Pusher applications. A secret is kept only while it is shown. */
import { administration } from '../links/administration'
import type { Application, ApplicationChange } from '../kit/applications'
import { Trying } from './trying.svelte'

class Applications extends Trying {
  /** Null until the first answer. */
  rows = $state.raw<readonly Application[] | null>(null)
  /** The secret that was just made. */
  secret = $state.raw<string | null>(null)

  load(): Promise<boolean> {
    return this.#do(() => Promise.resolve())
  }

  /** The new application's id; null when it was refused. */
  async add(name: string): Promise<string | null> {
    let id: string | null = null
    await this.#do(async () => {
      const made = await administration.addApplication({ name: name.trim() })
      ;[id, this.secret] = [made.id, made.secret]
    })
    return id
  }

  change(id: string, changes: ApplicationChange): Promise<boolean> {
    return this.#do(() => administration.changeApplication(id, changes))
  }

  renewSecret(id: string): Promise<boolean> {
    return this.#do(async () => void (this.secret = (await administration.renewApplicationSecret(id)).secret))
  }

  remove(id: string): Promise<boolean> {
    return this.#do(() => administration.dropApplication(id))
  }

  #do(work: () => Promise<unknown>): Promise<boolean> {
    return this.try(async () => {
      await work()
      this.rows = (await administration.applications()).items
    })
  }
}

export const applications = new Applications()
