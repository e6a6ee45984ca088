/** What only supervisors ask of the API: it comes with the screens that use it, and fetches through api.ts. */
import type { QueueAlertPage } from '../kit/model'
import { after, json } from './api'

export const supervising = {
  queueAlerts: (cursor: string | null): Promise<QueueAlertPage> => json('GET', `/v1/queue-alerts?${new URLSearchParams(after(cursor)).toString()}`),
}
