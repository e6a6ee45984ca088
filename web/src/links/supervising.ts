/** What only supervisors ask of the API: it comes with the screens that use it, and fetches through api.ts. */
import type * as Asked from '../kit/api-types'
import type { QueueAlertPage } from '../kit/model'
import type { WhatIf } from '../kit/what_if'
import { after, json, send } from './api'

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
}
