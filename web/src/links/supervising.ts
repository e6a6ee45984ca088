/** What only supervisors ask of the API: it comes with the screens that use it, and fetches through api.ts. */
import type { QueueAlertPage } from '../kit/model'
import { after, json, send } from './api'

const part = encodeURIComponent

export const supervising = {
  endOffer: async (agent: string): Promise<void> => void (await send('DELETE', `/v1/agents/${part(agent)}/offer`)),
  queueAlerts: (cursor: string | null): Promise<QueueAlertPage> => json('GET', `/v1/queue-alerts?${new URLSearchParams(after(cursor)).toString()}`),
}
