/** Software outside that gets personal data, and is asked to erase it with the person. A secret is kept only while it is shown. */
import { api } from '../links/api'
import { officer } from '../links/officer'
import type { Processor, ProcessorWish } from '../kit/model'
import { Trying } from './trying.svelte'

class Processors extends Trying {
  /** Null until the first answer. */
  rows = $state.raw<readonly Processor[] | null>(null)
  made = $state.raw<{ name: string; secret: string } | null>(null)

  load(): Promise<boolean> {
    return this.#do(() => Promise.resolve(), 'load')
  }

  add(wish: ProcessorWish): Promise<boolean> {
    return this.#do(async () => {
      const { name, secret } = await api.addProcessor(wish)
      this.made = { name, secret }
    }, 'add')
  }

  change(id: string, wish: ProcessorWish): Promise<boolean> {
    return this.#do(() => officer.changeProcessor(id, wish), 'add')
  }

  /** The old one stays valid beside it for a day. */
  renewSecret(id: string): Promise<boolean> {
    return this.#do(async () => {
      const { name, secret } = await officer.renewProcessorSecret(id)
      this.made = { name, secret }
    }, 'secret')
  }

  remove(id: string): Promise<boolean> {
    return this.#do(() => api.dropProcessor(id), 'remove')
  }

  #do(work: () => Promise<unknown>, doing: string): Promise<boolean> {
    return this.try(async () => {
      await work()
      this.rows = (await api.processors()).items
    }, doing)
  }
}

export const processors = new Processors()
