/** What the organisation states in its privacy policy. */
import { api } from '../links/api'
import { saveFile } from '../links/save'
import type { PolicyStatements } from '../kit/model'
import { Trying } from './trying.svelte'

class Statements extends Trying {
  /** Null until the first answer. */
  stated = $state.raw<PolicyStatements | null>(null)
  saved = $state(false)

  load(): Promise<boolean> {
    this.saved = false
    return this.try(async () => void (this.stated = await api.policyStatements()), 'load')
  }

  change(changes: Partial<Omit<PolicyStatements, 'address'>>): Promise<boolean> {
    return this.try(async () => {
      this.stated = await api.changePolicyStatements(changes)
      this.saved = true
    }, 'change')
  }

  /** The record of processing activities, as a PDF. */
  saveRecord(): Promise<boolean> {
    return this.try(async () => saveFile(await api.processingRecordPdf(), 'call24-processing-record.pdf'), 'record')
  }
}

export const statements = new Statements()
