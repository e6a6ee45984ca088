/** What is asked only when somebody looks closer at a call, a recording, a day, a consent or files of tasks: it comes with what shows it, and fetches through api.ts. */
import type * as Asked from '../kit/api-types'
import type { Named } from '../kit/model'
import { every, json, send, type Items } from './api'

const part = encodeURIComponent
const PACKING_MS = 60_000
const FILE_MS = 600_000

export const details = {
  /** `question`: its `day` is YYYY-MM-DD; without it today. */
  myDay: (question: Record<string, string>): Promise<Asked.AgentTimeline> => json('GET', `/v1/session/timeline?${new URLSearchParams(question).toString()}`),
  agentDay: (id: string, question: Record<string, string>): Promise<Asked.AgentTimeline> => json('GET', `/v1/agents/${part(id)}/timeline?${new URLSearchParams(question).toString()}`),
  callVcon: async (id: string): Promise<Blob> => (await send('GET', `/v1/calls/${part(id)}/vcon`, undefined, PACKING_MS)).blob(),
  recordingVcon: async (id: string): Promise<Blob> => (await send('GET', `/v1/recordings/${part(id)}/vcon`, undefined, PACKING_MS)).blob(),
  consentEntries: (contact: string): Promise<Items<Asked.ConsentEntryAnswer>> => every(`/v1/contacts/${part(contact)}/consents/entries`),
  consentReceipt: async (contact: string, id: string): Promise<Blob> => (await send('GET', `/v1/contacts/${part(contact)}/consents/receipts/${part(id)}`)).blob(),
  myConsentEntries: (): Promise<Items<Asked.ConsentEntryAnswer>> => every('/v1/me/consents/entries'),
  exports: (): Promise<Items<Asked.ExportAnswer>> => every('/v1/exports'),
  taskExports: (): Promise<Items<Asked.TaskExportAnswer>> => json('GET', '/v1/task-exports'),
  exportTasks: (wish: Asked.NewTaskExport): Promise<Asked.TaskExportAnswer> => json('POST', '/v1/task-exports', wish),
  taskExportFile: async (id: string): Promise<Blob> => (await send('GET', `/v1/task-exports/${part(id)}/file`, undefined, FILE_MS)).blob(),
  dropTaskExport: async (id: string): Promise<void> => void (await send('DELETE', `/v1/task-exports/${part(id)}`)),
  bulkChanges: (): Promise<Asked.BulkPage> => json('GET', '/v1/task-bulk-changes?limit=100'),
  playbacks: (id: string): Promise<Items<{ id: string; user: Named; at: string; address: string }>> => json('GET', `/v1/recordings/${part(id)}/listenings`),
}
