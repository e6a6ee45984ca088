/** Files of callers that another Call24 made: looked into before they are sent, imported, and what they brought. */
import { api } from '../links/api'
import { MOST_BYTES, previewOf, type Preview } from '../kit/caller_files'
import type { CallerImport, ImportedDocument } from '../kit/model'
import { lookAgain, stillWanted } from './looking'
import { Trying } from './trying.svelte'

const PAGE = '50'
const ASK_MS = 1_000

class CallerImports extends Trying {
  /** Null until the first answer; the newest first. */
  rows = $state.raw<readonly CallerImport[] | null>(null)
  next = $state.raw<string | null>(null)
  /** The file that is to be sent, and what it says of itself; null: it is no caller's file. */
  chosen = $state.raw<{ file: File; preview: Preview | null; tooBig: boolean } | null>(null)
  /** The one that is looked at; null until the first answer. */
  one = $state.raw<CallerImport | null>(null)
  /** What is kept of its caller from elsewhere; null until it was asked for. */
  brought = $state.raw<readonly ImportedDocument[] | null>(null)
  broughtNext = $state.raw<string | null>(null)
  /** Which one is looked at: what is answered of another one is dropped. */
  #wanted: string | null = null

  load(): Promise<boolean> {
    return this.try(async () => {
      const page = await api.callerImports({ limit: PAGE })
      ;[this.rows, this.next] = [page.items, page.next]
    }, 'load')
  }

  more(): Promise<boolean> {
    const cursor = this.next
    if (cursor === null) return Promise.resolve(true)
    return this.try(async () => {
      const page = await api.callerImports({ limit: PAGE, cursor })
      ;[this.rows, this.next] = [[...(this.rows ?? []), ...page.items], page.next]
    }, 'more')
  }

  async choose(file: File): Promise<void> {
    this.problem = null
    const tooBig = file.size > MOST_BYTES
    this.chosen = { file, preview: tooBig ? null : await previewOf(file), tooBig }
  }

  /** The import, or null. */
  async send(): Promise<CallerImport | null> {
    const file = this.chosen?.file
    let made: CallerImport | null = null
    if (file === undefined) return null
    await this.try(async () => {
      // Asked first: where a proof is due, it is given before a gigabyte is on its way.
      await api.callerImports({ limit: '1' })
      made = this.one = await api.importCallerFile(file)
      this.#wanted = made.id
      this.chosen = this.brought = null
    }, 'send')
    return made
  }

  open(id: string): Promise<boolean> {
    if (this.one?.id !== id) this.one = this.brought = null
    this.#wanted = id
    return this.try(() => this.#show(id), 'open')
  }

  /** Asks how far it is, until it is refused; what is returned ends it. */
  follow(id: string): () => void {
    this.#wanted = id
    return lookAgain(() => this.#show(id), ASK_MS, (problem) => (this.problem = problem))
  }

  moreBrought(): Promise<boolean> {
    const [contact, cursor] = [this.one?.contact_id, this.broughtNext]
    if (contact == null || cursor === null) return Promise.resolve(true)
    return this.try(async () => {
      const page = await api.importedDocuments(contact, { limit: PAGE, cursor })
      ;[this.brought, this.broughtNext] = [[...(this.brought ?? []), ...page.items], page.next]
    }, 'more')
  }

  async #show(id: string): Promise<void> {
    const one = await stillWanted(api.callerImport(id), () => this.#wanted === id)
    if (one === null) return
    this.one = one
    if (one.state !== 'done' || one.contact_id === null) return
    const page = await stillWanted(api.importedDocuments(one.contact_id, { limit: PAGE }), () => this.#wanted === id)
    if (page === null) return
    ;[this.brought, this.broughtNext] = [page.items, page.next]
  }
}

export const callerImports = new CallerImports()
