/** What the organisation records, and how long it keeps its calls: the rules, the plan of other days, and undoing them. */
import { api } from '../links/api'
import { officer } from '../links/officer'
import type { Organisation, RecordDays, RetentionChange, RetentionPlan } from '../kit/model'
import { Trying } from './trying.svelte'

export type RecordingRules = Pick<Organisation, 'recording' | 'recording_days' | 'recording_days_reason' | 'recording_stop_key' | 'stopped_recording'>

class Recording extends Trying {
  /** Null until the first answer. */
  rules = $state.raw<RecordingRules | null>(null)
  saved = $state(false)

  load(): Promise<boolean> {
    this.saved = false
    return this.try(async () => void (this.rules = await api.organisation()), 'load')
  }

  change(rules: RecordingRules): Promise<boolean> {
    this.saved = false
    return this.try(async () => {
      this.rules = await api.changeOrganisation(rules)
      this.saved = true
    }, 'change')
  }
}

class Days extends Trying {
  /** Null until the first answer. */
  now = $state.raw<RecordDays | null>(null)
  /** What other days would delete; null: none were asked for. */
  plan = $state.raw<RetentionPlan | null>(null)

  /** The newest first; what could not be read is left out. */
  changes = $state.raw<readonly RetentionChange[]>([])

  async loadChanges(): Promise<void> {
    this.changes = await officer.recordDayChanges().then((page) => page.items, () => this.changes)
  }

  load(): Promise<boolean> {
    this.plan = null
    return this.try(async () => void (this.now = await api.recordDays()), 'load')
  }

  look(days: number): Promise<boolean> {
    return this.try(async () => void (this.plan = await api.planRecordDays({ record_days: String(days) })), 'look')
  }

  /** `reason`: of more days, the law or contract that asks for it. */
  keep(plan: RetentionPlan, reason: string): Promise<boolean> {
    const shorter = plan.record_days < plan.record_days_now
    return this.try(async () => {
      this.now = await api.changeRecordDays({ record_days: plan.record_days, plan_id: shorter ? plan.id : null, reason: shorter ? null : reason })
      this.plan = null
    }, 'keep')
  }

  undo(): Promise<boolean> {
    return this.try(async () => {
      await api.undoRecordDays()
      this.now = await api.recordDays()
    }, 'undo')
  }
}

export const recordingRules = new Recording()
export const recordDays = new Days()
