/** What only privacy officers and owners ask of the API, about rules that they set: it comes with their screens, and fetches through api.ts. */
import type * as Asked from '../kit/api-types'
import type { Processor, ProcessorWithSecret } from '../kit/model'
import { every, json, type Items } from './api'

const part = encodeURIComponent

export const officer = {
  changeProcessor: (id: string, changes: Asked.ProcessorChange): Promise<Processor> => json('PATCH', `/v1/processors/${part(id)}`, changes satisfies Asked.ProcessorChange),
  renewProcessorSecret: (id: string): Promise<ProcessorWithSecret> => json('POST', `/v1/processors/${part(id)}/secret`),
  deadlines: (): Promise<Asked.PrivacyRequestDeadlines> => json('GET', '/v1/privacy-requests/deadlines'),
  changeDeadlines: (changes: Asked.PrivacyRequestDeadlinesChange): Promise<Asked.PrivacyRequestDeadlines> =>
    json('PATCH', '/v1/privacy-requests/deadlines', changes satisfies Asked.PrivacyRequestDeadlinesChange),
  recordDayChanges: (): Promise<Items<Asked.RetentionChangeAnswer>> => every('/v1/organisation/record-days/changes'),
  recordingKeys: (): Promise<Items<Asked.RecordingKeyAnswer>> => every('/v1/recordings/keys'),
  newRecordingKey: (): Promise<Asked.NewRecordingKey> => json('POST', '/v1/recordings/keys', undefined, 60_000),
}
