/** Files of people: imports, of which one is opened and followed, and exports. */
import { api } from '../links/api'
import { saveFile } from '../links/save'
import { atWork } from '../kit/people_files'
import type { FileReading, PeopleExport, PeopleExportWish, PeopleImport, PeoplePreview } from '../kit/model'
import { contacts } from './contacts.svelte'
import { lookAgain, stillWanted } from './looking'
import { Trying } from './trying.svelte'

export const MOST_BYTES = 100 << 20
const ASK_MS = 700

class PeopleImports extends Trying {
  /** Null until the first answer; the newest first. */
  rows = $state.raw<readonly PeopleImport[] | null>(null)
  one = $state.raw<PeopleImport | null>(null)
  /** What the file would become; null while it is checked, and once it was started. */
  preview = $state.raw<PeoplePreview | null>(null)
  /** Which one is looked at: what is answered of another one is dropped. */
  #wanted: string | null = null

  load(): Promise<boolean> {
    return this.try(async () => (this.rows = (await api.peopleImports()).items), 'load')
  }

  /** The import, or null. */
  async send(file: File): Promise<PeopleImport | null> {
    let made: PeopleImport | null = null
    await this.try(async () => {
      made = this.one = await api.importPeople(file)
      this.#wanted = made.id
      this.preview = null
    }, 'send')
    return made
  }

  open(id: string): Promise<boolean> {
    if (this.one?.id !== id) this.one = this.preview = null
    this.#wanted = id
    return this.try(() => this.#show(id), 'open')
  }

  async #show(id: string): Promise<void> {
    const before = this.one?.state
    const one = await stillWanted(api.peopleImport(id), () => this.#wanted === id)
    if (one === null) return
    this.one = one
    if (one.state === 'ready' && (before !== 'ready' || this.preview === null)) {
      const preview = await stillWanted(api.peoplePreview(id), () => this.#wanted === id)
      if (preview === null) return
      this.preview = preview
    }
    if (this.one.state !== 'ready' && this.one.state !== 'checking') this.preview = null
    if (before !== undefined && before !== this.one.state && !atWork(this.one)) void contacts.search()
  }

  /** Asks how far it is, until it is refused; what is returned ends it. */
  follow(id: string): () => void {
    this.#wanted = id
    return lookAgain(() => this.#show(id), ASK_MS, (problem) => (this.problem = problem))
  }

  read(id: string, reading: FileReading): Promise<boolean> {
    return this.#step(id, 'read', () => api.readPeopleOtherwise(id, reading))
  }

  start(id: string, known: PeopleImport['known']): Promise<boolean> {
    return this.#step(id, 'start', () => api.startPeopleImport(id, known))
  }

  stop(id: string): Promise<boolean> {
    return this.#step(id, 'stop', () => api.stopPeopleImport(id))
  }

  undo(id: string): Promise<boolean> {
    return this.#step(id, 'undo', () => api.undoPeopleImport(id))
  }

  #step(id: string, doing: string, step: () => Promise<PeopleImport>): Promise<boolean> {
    return this.try(async () => (this.one = (await stillWanted(step(), () => this.#wanted === id)) ?? this.one), doing)
  }

  drop(id: string): Promise<boolean> {
    return this.try(async () => {
      await api.dropPeopleImport(id)
      this.#wanted = null
      this.one = this.preview = null
    }, 'drop')
  }

  saveProblems(id: string): Promise<boolean> {
    return this.try(async () => saveFile(await api.peopleImportProblems(id), 'call24-import-problems.csv'), 'problems')
  }
}

class PeopleExports extends Trying {
  rows = $state.raw<readonly PeopleExport[] | null>(null)
  #asked = 0

  get writing(): boolean {
    return this.rows?.some((one) => one.state === 'running') ?? false
  }

  load(): Promise<boolean> {
    return this.try(() => this.#read(), 'load')
  }

  begin(wish: PeopleExportWish): Promise<boolean> {
    return this.try(async () => {
      const made = await api.exportPeople(wish)
      this.#asked += 1
      this.rows = [made, ...(this.rows ?? [])]
    }, 'begin')
  }

  /** Asks how far they are, until it is refused; what is returned ends it. */
  follow(): () => void {
    return lookAgain(() => this.#read(), ASK_MS, (problem) => (this.problem = problem))
  }

  save(one: PeopleExport): Promise<boolean> {
    return this.try(async () => saveFile(await api.peopleExportFile(one.id), `call24-people.${one.format === 'csv' ? 'csv' : 'vcf'}`), 'save')
  }

  drop(id: string): Promise<boolean> {
    return this.try(async () => {
      await api.dropPeopleExport(id)
      this.#asked += 1
      this.rows = (this.rows ?? []).filter((one) => one.id !== id)
    }, 'drop')
  }

  /** The answer to an older question is dropped. */
  async #read(): Promise<void> {
    const mine = ++this.#asked
    const { items } = await api.peopleExports()
    if (mine === this.#asked) this.rows = items
  }
}

export const peopleImports = new PeopleImports()
export const peopleExports = new PeopleExports()
