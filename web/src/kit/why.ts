/** Why a call went to an agent, in the language of the page. Pure. */
import { SERVER_SAYS } from './why_texts'

const HERE: readonly string[] = [
  'idle the longest',
  'it is their turn',
  'took the fewest calls',
  'all who are free are rung',
  'the most skilled for this call',
  'lacks a skill, but the caller has waited long enough',
  'talked to this caller last',
  'the call is for them',
  'nobody else is free',
  'idle for a shorter time',
  'it is not their turn yet',
  'took more calls',
  'less skilled for this call',
  'lacks a skill that the call asks for',
  'the caller waits for the agent it talked to last',
  'did not take this call before',
  'just got another call',
  'just got a more urgent call',
  'no phone of the agent was registered',
  'another call was ringing',
  'on a call',
  'in wrap-up',
  /* @wc-include */ /* @wc-context: agent */ 'paused',
  /* @wc-include */ 'offline',
  'You, because you are free',
  'You, because you are idle the longest',
  'You, because it is your turn',
  'You, because you took the fewest calls',
  'You, because everybody who is free is rung',
  'You, because you know this best',
  'You, because the caller has waited long',
  'You, because you talked to this caller last',
  'You, because the call is for you',
  'You, because nobody else is free',
]

/** What the server said; a reason that is newer than this app as it came. */
export const whyWord = (said: string): string => HERE[SERVER_SAYS.indexOf(said)] ?? said
