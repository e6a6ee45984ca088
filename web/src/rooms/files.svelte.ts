/** The files of one person or task: listed, with their thumbnails, opened, saved, renamed, deleted and brought back. What is on its way is in `uploads`. */
import { api, type FilesAbout } from '../links/api'
import { saveFile } from '../links/save'
import { asThumbnail, changesSoon, undoable } from '../kit/files'
import type { FileRow, FileUsage } from '../kit/model'
import { asProblem, type Problem } from '../kit/problem'
import { Trying } from './trying.svelte'
import { uploads, type Broken } from './uploads.svelte'

const ASK_MS = 1_500
const ASK_LONGEST_MS = 30_000

export class OpenFiles extends Trying {
  /** Null until the first answer; the newest first. */
  rows = $state.raw<readonly FileRow[] | null>(null)
  next = $state<string | null>(null)
  /** Why the list is not there; `problem` is of what was done with a file. */
  trouble = $state.raw<Problem | null>(null)
  broken = $state.raw<readonly Broken[]>([])
  /** Those that were deleted and can be brought back; the newest first. */
  deleted = $state.raw<readonly FileRow[]>([])
  /** What was deleted here just now: its undo is offered. */
  dropped = $state.raw<FileRow | null>(null)
  #thumbs = $state.raw<Readonly<Record<string, string>>>({})
  #asked = new Set<string>()
  #usage: FileUsage | null = null
  #closed = false
  #question = 0
  #timer: ReturnType<typeof setTimeout> | undefined
  #pause = ASK_MS

  /** `undoes`: whether this user may bring back what was deleted. */
  constructor(readonly about: FilesAbout, readonly undoes: boolean) {
    super()
  }

  async load(): Promise<void> {
    this.#pause = ASK_MS
    await Promise.all([this.#read(), this.#readDeleted(), this.#readBroken(), api.fileUsage().then((usage) => (this.#usage = usage), () => undefined)])
  }

  close(): void {
    this.#closed = true
    clearTimeout(this.#timer)
    Object.values(this.#thumbs).forEach((url) => URL.revokeObjectURL(url))
  }

  /** Without it, a file is brought back from elsewhere. */
  async #readDeleted(): Promise<void> {
    if (!this.undoes) return
    try {
      this.deleted = (await api.deletedFiles(this.about)).items
    } catch {
      this.deleted = []
    }
  }

  async #readBroken(): Promise<void> {
    this.broken = await uploads.broken(this.about)
  }

  async #read(): Promise<void> {
    const mine = ++this.#question
    try {
      const page = await api.files(this.about, null)
      if (mine !== this.#question || this.#closed) return
      const there = new Set(page.items.map((one) => one.id))
      const further = this.next === null || page.next === null ? [] : (this.rows ?? []).slice(page.items.length).filter((one) => !there.has(one.id))
      this.rows = [...page.items, ...further]
      if (further.length === 0) this.next = page.next
      this.trouble = null
    } catch (error) {
      if (mine === this.#question) this.trouble = asProblem(error)
    }
    this.#again()
  }

  /** While something is checked or drawn, the list is asked for again, less and less often. */
  #again(): void {
    clearTimeout(this.#timer)
    if (this.#closed || !this.rows?.some(changesSoon)) return
    this.#timer = setTimeout(() => void this.#read(), this.#pause)
    this.#pause = Math.min(ASK_LONGEST_MS, this.#pause * 1.5)
  }

  more(): Promise<boolean> {
    return this.try(async () => {
      const page = await api.files(this.about, this.next)
      const there = new Set(this.rows?.map((one) => one.id))
      this.rows = [...(this.rows ?? []), ...page.items.filter((one) => !there.has(one.id))]
      this.next = page.next
    }, 'more')
  }

  add(files: readonly File[]): void {
    uploads.add(this.about, files, this.#usage, this.broken)
    void this.#readBroken()
  }

  async drop(broken: Broken): Promise<void> {
    this.broken = this.broken.filter((one) => one !== broken)
    await uploads.cancelBroken(broken.id)
  }

  /** For an image's address; null while there is none. Asking for it fetches it. */
  thumb(file: FileRow): string | null {
    if (file.thumbnail === 'made' && file.state === 'ready' && !this.#asked.has(file.id)) {
      this.#asked.add(file.id)
      queueMicrotask(() => void this.#fetch(file.id))
    }
    return this.#thumbs[file.id] ?? null
  }

  async #fetch(id: string): Promise<void> {
    try {
      const url = URL.createObjectURL(await api.fileThumbnail(id))
      if (this.#closed) URL.revokeObjectURL(url)
      else this.#thumbs = { ...this.#thumbs, [id]: url }
    } catch {
      // An icon stands for it.
    }
  }

  /** A picture, for an image's address, which the caller revokes; null where it cannot be opened. */
  async picture(file: FileRow): Promise<string | null> {
    let url: string | null = null
    await this.try(async () => (url = URL.createObjectURL(await (asThumbnail(file) ? api.fileThumbnail(file.id) : api.fileContent(file.id)))), file.id)
    return url
  }

  save(file: FileRow): Promise<boolean> {
    return this.try(async () => saveFile(await api.fileContent(file.id), file.name), file.id)
  }

  /** `seen`: the tag of what was shown; where another changed it meanwhile, the list says what it is now. */
  async rename(file: FileRow, name: string, seen: string | null): Promise<boolean> {
    const done = await this.try(async () => {
      const { body } = await api.renameFile(file.id, name, seen)
      this.rows = (this.rows ?? []).map((one) => (one.id === file.id ? body : one))
    }, 'rename')
    if (this.problem?.code === 'changed_meanwhile') await this.#read()
    return done
  }

  remove(file: FileRow): Promise<boolean> {
    return this.try(async () => {
      await api.dropFile(file.id)
      this.rows = (this.rows ?? []).filter((one) => one.id !== file.id)
      this.dropped = undoable(file) ? file : null
      await this.#readDeleted()
    }, 'remove')
  }

  removeForGood(file: FileRow): Promise<boolean> {
    return this.try(async () => {
      await api.dropFileForGood(file.id)
      this.#leaves(file)
    }, 'remove')
  }

  restore(file: FileRow): Promise<boolean> {
    return this.try(async () => {
      await api.restoreFile(file.id)
      this.#leaves(file)
      await this.#read()
    }, 'restore')
  }

  #leaves(file: FileRow): void {
    this.deleted = this.deleted.filter((one) => one.id !== file.id)
    if (this.dropped?.id === file.id) this.dropped = null
  }
}
