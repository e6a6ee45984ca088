/** Copies of all that is kept of a caller: asked for, watched while they are written, downloaded, deleted. */
import { api } from '../links/api'
import { saveFile } from '../links/save'
import type { CallerFile } from '../kit/model'
import { lookAgain } from './looking'
import { Trying } from './trying.svelte'

const ASK_MS = 1_000

class CallerFiles extends Trying {
  /** Null until the first answer; the newest first. */
  rows = $state.raw<readonly CallerFile[] | null>(null)
  writing = $derived((this.rows ?? []).some((one) => one.state === 'running'))
  #asked = 0

  load(): Promise<boolean> {
    return this.#do(() => Promise.resolve(), 'load')
  }

  begin(contact: string): Promise<boolean> {
    return this.#do(() => api.beginCallerFile(contact), 'begin')
  }

  /** One that is being written stops; a written one is deleted. */
  drop(id: string): Promise<boolean> {
    return this.#do(() => api.dropCallerFile(id), 'drop')
  }

  save(file: CallerFile): Promise<boolean> {
    // As the server calls it: the name says nothing of the caller.
    return this.try(async () => saveFile(await api.callerFileZip(file.id), `call24-data-${file.created_at.slice(0, 10)}.zip`), file.id)
  }

  /** Asks how far they are, until it is refused; what is returned ends it. */
  follow(): () => void {
    return lookAgain(() => this.#read(), ASK_MS, (problem) => (this.problem = problem))
  }

  #do(work: () => Promise<unknown>, doing: string): Promise<boolean> {
    return this.try(async () => {
      await work()
      await this.#read()
    }, doing)
  }

  /** The answer to an older question is dropped. */
  async #read(): Promise<void> {
    const mine = ++this.#asked
    const { items } = await api.callerFiles()
    if (mine === this.#asked) this.rows = items
  }
}

export const callerFiles = new CallerFiles()
