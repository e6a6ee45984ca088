/** All that was entered of what somebody agreed or objected to, with a receipt of each: of a caller, or one's own. */
import { api } from '../links/api'
import { details } from '../links/details'
import type { ConsentEntry } from '../kit/model'
import { saveFile } from '../links/save'
import { Trying } from './trying.svelte'

export class ConsentEntries extends Trying {
  /** Null until the first answer; the newest first. */
  rows = $state.raw<readonly ConsentEntry[] | null>(null)

  /** Null: one's own. */
  constructor(readonly contact: string | null) {
    super()
  }

  load(): Promise<boolean> {
    return this.try(async () => void (this.rows = (await (this.contact === null ? details.myConsentEntries() : details.consentEntries(this.contact))).items), 'load')
  }

  saveReceipt(id: string): Promise<boolean> {
    return this.try(async () => saveFile(await (this.contact === null ? api.consentReceipt(id) : details.consentReceipt(this.contact, id)), `${id}.jsonld`), id)
  }
}
