/** Files on their way to the server: two at a time, also when their page is left; what the last visit did not finish is offered again. */
import { api, type FilesAbout } from '../links/api'
import { store } from '../links/store'
import { isSame, metadataOf, refusedAtOnce, unfinishedOf, type Unfinished } from '../kit/files'
import type { FileUsage } from '../kit/model'
import type { Problem } from '../kit/problem'
import { Upload, type Pace, type UploadState, type Wire } from '../kit/uploading'
import { account } from './account.svelte'

const AT_ONCE = 2

export interface UploadRow { key: number; name: string; size: number; offset: number; state: UploadState; problem: Problem | null }
/** Of an earlier visit: it goes on once its file is chosen again. */
export interface Broken { id: string; name: string; size: number; offset: number; modified: number }

interface Going { key: number; about: string; upload: Upload; refused: boolean }

const pace: Pace = {
  now: () => performance.now(),
  chance: () => Math.random(),
  wait: (ms, signal) => new Promise((done) => {
    const over = (): void => {
      clearTimeout(timer)
      removeEventListener('online', over)
      signal.removeEventListener('abort', over)
      done()
    }
    const timer = setTimeout(over, ms)
    addEventListener('online', over)
    signal.addEventListener('abort', over)
  }),
}

export const keyOf = (about: FilesAbout): string => Object.values(about)[0] as string

class Uploads {
  #going: Going[] = []
  #shown = $state.raw<readonly (UploadRow & { about: string })[]>([])
  #last = 0
  #whose: string | undefined
  /** Counts what was finished: whoever shows files reads them again. */
  finished = $state(0)

  constructor() {
    // The network is back: what gave up meanwhile goes on.
    addEventListener('online', () => this.#going.filter((one) => one.upload.state === 'failed' && one.upload.problem?.away).forEach((one) => this.#wait(one)))
    $effect.root(() => {
      $effect(() => {
        const whose = account.me?.user.id
        if (this.#whose !== undefined && whose !== this.#whose) this.#forget()
        this.#whose = whose
      })
    })
  }

  of(about: FilesAbout): readonly UploadRow[] {
    const key = keyOf(about)
    return this.#shown.filter((one) => one.about === key)
  }

  /** `broken`: uploads of which these files may be the rest. */
  add(about: FilesAbout, files: readonly File[], usage: FileUsage | null, broken: readonly Broken[]): void {
    for (const file of files) {
      const begun = broken.find((one) => isSame(file, one.name, one.size, one.modified))
      const upload: Upload = new Upload(file, this.#wire(about, file), pace, () => this.#show(), begun?.id ?? null)
      const problem = begun === undefined ? refusedAtOnce(file.size, usage) : null
      upload.offset = begun?.offset ?? 0
      if (problem !== null) Object.assign(upload, { problem, state: 'failed' })
      this.#going.push({ key: ++this.#last, about: keyOf(about), upload, refused: problem !== null })
    }
    this.#next()
  }

  /** Whether it can be tried again as it is. */
  mayRetry(key: number): boolean {
    const found = this.#find(key)
    return found !== undefined && !found.refused && found.upload.state === 'failed'
  }

  pause(key: number): void {
    this.#find(key)?.upload.pause()
    this.#next()
  }

  resume(key: number): void {
    const found = this.#find(key)
    if (found !== undefined) this.#wait(found)
  }

  /** What the server has of it goes. */
  async cancel(key: number): Promise<void> {
    const found = this.#find(key)
    if (found === undefined) return
    found.upload.pause()
    this.#drop(found)
    if (found.upload.id !== null && !found.refused) await this.cancelBroken(found.upload.id)
  }

  async cancelBroken(id: string): Promise<void> {
    this.#keep((all) => all.filter((one) => one.id !== id))
    // It is gone, or it goes by itself after a day.
    await api.cancelUpload(id).catch(() => undefined)
  }

  /** What an earlier visit did not finish of this person or task, and is not under way here. */
  async broken(about: FilesAbout): Promise<Broken[]> {
    const under = new Set(this.#going.map((one) => one.upload.id))
    const kept = unfinishedOf(store.choice('uploads'), Date.now()).filter((one) => one.about === keyOf(about) && !under.has(one.id))
    const found = await Promise.all(kept.map(async (one): Promise<Broken | null> => {
      try {
        const { id, name, size, offset, state } = await api.upload(one.id)
        return state === 'uploading' ? { id, name, size, offset, modified: one.modified } : null
      } catch (error) {
        if ((error as Problem).status === 404) this.#keep((all) => all.filter((other) => other.id !== one.id))
        return null
      }
    }))
    return found.filter((one) => one !== null)
  }

  #wire(about: FilesAbout, file: File): Wire {
    let key = crypto.randomUUID()
    return {
      begin: async (name, size) => {
        const made = await api.beginUpload(size, metadataOf(name, about), key)
        key = crypto.randomUUID()
        this.#keep((all) => [...all, { id: made.id, about: keyOf(about), modified: file.lastModified, at: Date.now() }])
        return made
      },
      offset: async (id) => (await api.upload(id)).offset,
      send: (id, offset, bytes, signal) => api.sendPart(id, offset, bytes, signal),
    }
  }

  #wait(one: Going): void {
    if (one.refused || one.upload.underWay) return
    one.upload.state = 'waiting'
    this.#next()
  }

  #next(): void {
    const free = AT_ONCE - this.#going.filter((one) => one.upload.underWay).length
    this.#going.filter((one) => one.upload.state === 'waiting').slice(0, Math.max(0, free)).forEach((one) => void this.#run(one))
    this.#show()
  }

  async #run(one: Going): Promise<void> {
    await one.upload.run()
    if (one.upload.state === 'done') {
      this.#keep((all) => all.filter((other) => other.id !== one.upload.id))
      this.#drop(one)
      this.finished += 1
    }
    this.#next()
  }

  #find(key: number): Going | undefined {
    return this.#going.find((one) => one.key === key)
  }

  #drop(one: Going): void {
    this.#going = this.#going.filter((other) => other !== one)
    this.#next()
  }

  #forget(): void {
    this.#going.forEach((one) => one.upload.pause())
    this.#going = []
    this.#show()
  }

  #keep(change: (all: Unfinished[]) => Unfinished[]): void {
    const all = change(unfinishedOf(store.choice('uploads'), Date.now()))
    store.setChoice('uploads', all.length === 0 ? null : JSON.stringify(all))
  }

  #show(): void {
    this.#shown = this.#going.map(({ key, about, upload }) => ({ key, about, name: upload.file.name, size: upload.file.size, offset: upload.offset, state: upload.state, problem: upload.problem }))
  }
}

export const uploads = new Uploads()
