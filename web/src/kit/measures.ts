/** The measures of reports: the words of the API, in the language of the page. Pure. */
import type { ReportMeasure } from './api-types'

export const WORDS: Readonly<Record<string, { name: string; definition: string }>> = {
  calls: { name: 'Calls', definition: 'Calls that began and have ended; of a queue: whose first it is' },
  offered: { name: 'Offered', definition: 'Queue visits; a caller who joins two queues is counted in both' },
  answered: { name: 'Answered', definition: 'Visits that ended with an agent' },
  abandoned: { name: 'Abandoned', definition: 'Visits that the caller ended after at least 5 s of waiting and ringing' },
  short_abandoned: { name: 'Short abandoned', definition: 'Visits that the caller ended sooner than that' },
  elsewhere: { name: 'Ended elsewhere', definition: 'Visits that ended otherwise: closed, full, nobody signed in, the longest wait over, a callback requested, ended by us. Offered = answered + abandoned + short abandoned + ended elsewhere' },
  average_speed_of_answer_s: { name: 'Average speed of answer', definition: 'Mean time from joining the queue to the answer, wait and ring, of the answered visits' },
  longest_wait_s: { name: /* @wc-context: measure */ 'Longest wait', definition: 'The longest stay in a queue, however it ended' },
  service_level: { name: 'Service level', definition: 'Share of visits answered within the queue\'s limit (as it is set now), of all that were answered, or ended later than the limit without being served; callbacks and visits to a full or closed queue count neither way' },
  handled: { name: 'Handled', definition: 'Times that an agent had a call and spoke, however it came to the agent; a transferred call has several' },
  talk_s: { name: 'Talk', definition: 'Time in conversation' },
  hold_s: { name: /* @wc-context: measure */ 'Hold', definition: 'Time that the customer was put aside' },
  wrap_up_s: { name: 'Wrap-up', definition: 'Time after handled calls for what follows from them' },
  handle_time_s: { name: 'Average handle time', definition: 'Mean talk + hold + wrap-up' },
  transfers: { name: /* @wc-context: measure */ 'Transfers', definition: 'Calls that agents passed on, blind and attended' },
  rung: { name: 'Rung', definition: 'Times that an agent was rung for a customer' },
  took: { name: 'Took', definition: 'Offers that the agent answered' },
  ring_no_answer: { name: 'No answer', definition: 'Offers that rang until their time was up' },
  declined: { name: 'Declined', definition: 'Offers that the agent declined' },
  signed_in_s: { name: 'Signed in', definition: 'Time in any state but offline' },
  paused_s: { name: 'Paused', definition: 'Time paused' },
  ready_s: { name: 'Ready', definition: 'Time available, offered, on a call or in wrap-up' },
  handling_s: { name: 'Handling', definition: 'Time on a call or in wrap-up, own calls too' },
  occupancy: { name: 'Occupancy', definition: 'Share of the ready time that was spent on calls and wrap-up; pauses count neither way' },
}

/** What a measure is called, and what it means; one that this app does not know has the server's words. */
export const inWords = (measure: ReportMeasure): { name: string; definition: string } => WORDS[measure.key] ?? measure
