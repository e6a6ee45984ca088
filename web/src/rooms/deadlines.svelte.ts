/** Until when privacy requests are answered. */
import { officer } from '../links/officer'
import type { PrivacyRequestDeadlines } from '../kit/model'
import { Trying } from './trying.svelte'

class Deadlines extends Trying {
  /** Null until the first answer. */
  now = $state.raw<PrivacyRequestDeadlines | null>(null)

  load(): Promise<boolean> {
    return this.try(async () => void (this.now = await officer.deadlines()), 'load')
  }

  change(answer_days: number, extension_days: number): Promise<boolean> {
    return this.try(async () => void (this.now = await officer.changeDeadlines({ answer_days, extension_days })), 'change')
  }
}

export const deadlines = new Deadlines()
