/** What only supervisors ask of the API: it comes with the screens that use it, and fetches through api.ts. */
import type * as Asked from '../kit/api-types'
import type { QueueAlertPage, ReportTimes, SavedReport, SavedReportWish } from '../kit/model'
import type { WhatIf } from '../kit/what_if'
import { after, every, json, send, tagged, type Items, type Tagged } from './api'

const part = encodeURIComponent
/** A busy day has tens of thousands of lines to go through. */
const REPLAY_MS = 120_000
/** Longer than the server takes at most, with others' turns before. */
const SIMULATE_MS = 75_000

export const supervising = {
  endOffer: async (agent: string): Promise<void> => void (await send('DELETE', `/v1/agents/${part(agent)}/offer`)),
  queueAlerts: (cursor: string | null): Promise<QueueAlertPage> => json('GET', `/v1/queue-alerts?${new URLSearchParams(after(cursor)).toString()}`),
  today: (): Promise<Asked.TodayAnswer> => json('GET', '/v1/reports/today'),
  staffing: (question: Record<string, string>): Promise<Asked.StaffingCurve> => json('GET', `/v1/staffing?${new URLSearchParams(question).toString()}`, undefined, SIMULATE_MS),
  whatIf: (question: Asked.Question): Promise<WhatIf> => json('POST', '/v1/what-if', question satisfies Asked.Question, REPLAY_MS),
  savedReports: (): Promise<Items<SavedReport>> => every('/v1/saved-reports'),
  savedReport: (id: string): Promise<Tagged<SavedReport>> => tagged('GET', `/v1/saved-reports/${part(id)}`),
  saveReport: (wish: SavedReportWish): Promise<SavedReport> => json('POST', '/v1/saved-reports', wish satisfies Asked.SavedReportWish),
  /** `seen`: what the change was made from, so that nothing newer is overwritten. */
  changeSavedReport: (id: string, wish: SavedReportWish, seen: string | null): Promise<Tagged<SavedReport>> => tagged('PUT', `/v1/saved-reports/${part(id)}`, wish satisfies Asked.SavedReportWish, seen),
  removeSavedReport: async (id: string): Promise<void> => void (await send('DELETE', `/v1/saved-reports/${part(id)}`)),
  sendSavedReport: async (id: string): Promise<void> => void (await send('POST', `/v1/saved-reports/${part(id)}/send`)),
  reportTimes: (question: Record<string, string>): Promise<ReportTimes> => json('GET', `/v1/saved-reports/times?${new URLSearchParams(question).toString()}`),
}
