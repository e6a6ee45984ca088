/** One's own data: what is kept, the file of it, what it is used for, what one accepted, and what one asks the privacy officer. */
import { api } from '../links/api'
import type { ConsentState, Correction, MyPolicy, OwnPrivacyRequest } from '../kit/model'
import { saveFile } from '../links/save'
import { Trying } from './trying.svelte'

class MyData extends Trying {
  /** Null until the first answer. */
  policy = $state.raw<MyPolicy | null>(null)
  /** What was changed of one's name, phone number and address, the newest first. */
  corrections = $state.raw<readonly Correction[]>([])
  requests = $state.raw<readonly OwnPrivacyRequest[]>([])
  /** What one's data is used for, and whether one lets it be. */
  uses = $state.raw<readonly ConsentState[]>([])
  /** When the file that is being packed was asked for, epoch ms. */
  began = $state<number | null>(null)
  saved = $state(false)

  load(): Promise<boolean> {
    this.saved = false
    return this.try(async () => {
      const [policy, requests, uses, corrections] = await Promise.all([api.myPolicy(), api.myPrivacyRequests(), api.myConsents(), api.myCorrections()])
      this.policy = policy
      this.uses = uses.items
      this.corrections = corrections.items
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

  /** Holds when it is answered. Where the text is another one by now, it is read again, so that nobody agrees to what they did not read. */
  async allow(use: ConsentState, allowed: boolean): Promise<boolean> {
    const done = await this.try(() => (allowed ? api.grantConsent(use.purpose, use.text.hash) : api.refuseConsent(use.purpose)), 'allow')
    const said = this.problem
    await this.try(async () => void (this.uses = (await api.myConsents()).items), 'allow')
    if (!done) this.problem = said
    return done
  }

  saveConsentReceipt(id: string): Promise<boolean> {
    return this.try(async () => saveFile(await api.consentReceipt(id), `${id}.jsonld`), 'receipt')
  }

  ask(kind: OwnPrivacyRequest['kind'], note: string): Promise<boolean> {
    return this.try(async () => {
      await api.askPrivacy({ kind, note })
      this.requests = (await api.myPrivacyRequests()).items
    }, 'ask')
  }
}

export const myData = new MyData()
