/** One's own data: what is kept, the file of it, what one accepted, and what one asks the privacy officer. */
import { api } from '../links/api'
import type { MyPolicy, OwnPrivacyRequest } from '../kit/model'
import { saveFile } from '../links/save'
import { Trying } from './trying.svelte'

class MyData extends Trying {
  /** Null until the first answer. */
  policy = $state.raw<MyPolicy | null>(null)
  requests = $state.raw<readonly OwnPrivacyRequest[]>([])
  /** When the file that is being packed was asked for, epoch ms. */
  began = $state<number | null>(null)
  saved = $state(false)

  load(): Promise<boolean> {
    this.saved = false
    return this.try(async () => {
      const [policy, requests] = await Promise.all([api.myPolicy(), api.myPrivacyRequests()])
      this.policy = policy
      this.requests = requests.items
    }, 'load')
  }

  async saveFile(): Promise<boolean> {
    this.began = Date.now()
    this.saved = false
    const done = await this.try(async () => saveFile(await api.myFile(), 'call24-my-data.zip'), 'file')
    this.began = null
    this.saved = done
    return done
  }

  ask(kind: OwnPrivacyRequest['kind'], note: string): Promise<boolean> {
    return this.try(async () => {
      await api.askPrivacy({ kind, note })
      this.requests = (await api.myPrivacyRequests()).items
    }, 'ask')
  }
}

export const myData = new MyData()
