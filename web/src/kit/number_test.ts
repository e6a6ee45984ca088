/** A test call to one of the organisation's numbers, in words. Pure. */
import type { NumberTestAnswer, NumberTestStep } from './api-types'
import { listed } from './format'

export type NumberTest = NumberTestAnswer
export type TestStep = NumberTestStep['name']
type Trouble = NonNullable<NumberTestAnswer['trouble']>

export const TEST_STEPS: readonly TestStep[] = ['placed', 'greeted', 'queued', 'rang', 'answered', 'heard']

/** What the step is, and what came of it where that is known. */
export function testStepWords(step: TestStep, test: NumberTest, queue: string | null): string {
  switch (step) {
    case 'placed': return 'Call24 takes the call'
    case 'greeted': return 'The caller hears something'
    case 'queued': return queue === null ? 'It waits in a queue' : `It waits in ${queue}`
    case 'rang': return test.rang.length === 0 ? 'An agent’s phone rings' : `Rings at ${listed(test.rang)}`
    case 'answered': return test.answered_by === null ? 'Somebody answers' : `${test.answered_by} answers`
    case 'heard': return 'The caller hears the agent'
  }
}

/** Why the test went no further, and what to do about it. */
export const TEST_TROUBLE: Record<Trouble, readonly [title: string, advice: string]> = {
  asterisk_away: ['Asterisk cannot be reached', 'Calls cannot come in at the moment. Tell whoever runs Call24, then try again.'],
  refused: ['The call was refused', 'Try again. If it stays so, tell whoever runs Call24.'],
  no_line: ['No line is free', 'As many calls go on as your organisation may have at once. Try again when some are over.'],
  not_answered: ['Call24 did not take the call', 'Try again. If it stays so, tell whoever runs Call24.'],
  no_sound: ['The caller heard nothing', 'Choose another greeting, and listen to it. If it stays so, tell whoever runs Call24: the ports for sound may be closed.'],
  no_queue: ['It came to no queue', 'The number’s flow leads to no queue without a key. A test call presses no keys: try the flow in its editor.'],
  closed: ['The queue is closed now', 'It is outside its opening hours. Test again when it is open, or change the hours.'],
  nobody_available: ['Nobody is available', 'No agent of the queue is available. Go available here, or ask a colleague, then test again.'],
  not_rung: ['No phone rang', 'Open the app on the agent’s device and allow it the microphone, then test again.'],
  unanswered: ['Nobody answered', 'The phone rang. Answer it when it rings, and test again.'],
  nothing_heard: ['The caller did not hear the agent', 'Say something after you answered. Check the microphone under Me, then test again.'],
  voicemail: ['It went to voicemail', 'Nobody of the queue took it. Check its agents, and where callers go whom nobody takes.'],
  outside: ['It is forwarded to an outside number', 'A test call does not dial outside numbers: ring the number from your own phone to try this.'],
  hung_up: ['The call ended before that', 'Somebody hung up, or the flow ends there.'],
  trouble: ['The test call could not be made', 'Try again in a minute. If it stays so, tell whoever runs Call24: the server’s log says more.'],
}
