/** What is said of flows: built-in sounds, answers and ends of a simulated call. Pure. */
import type { FlowSimulation, FlowSummary } from './api-types'

/** The built-in sounds that a flow plays, and their words; ops/asterisk/sounds/make.sh speaks them. */
export const BUILT_IN: Readonly<Record<string, string>> = {
  greeting: 'Thank you for calling. This call is recorded. Please hold, the next free agent will take your call.',
  voicemail: 'Nobody can take your call right now. Please leave a message after the tone.',
  sorry: 'Sorry, something is wrong on our side. Please hold the line.',
  away: 'We are sorry, we cannot take your call at the moment. Please try again later. Goodbye.',
  goodbye: 'Thank you. Goodbye.',
  recorded: 'This call is recorded.',
  'recording-stopped': 'The recording is stopped.',
  hold: 'Please hold the line. We will be with you as soon as we can.',
  closed: 'We are closed at the moment. Please call again in our opening hours.',
  full: 'All our lines are busy. Please call again later.',
  'invalid-choice': 'Sorry, that is not one of the choices.',
  'callback-offer': 'Press one, and we will call you back: you keep your place in the queue.',
  'callback-promised': 'Thank you. We will call you back when it is your turn. Goodbye.',
}

/* @wc-context: built-in sound */
const NAMES: Readonly<Record<string, string>> = {
  greeting: 'Greeting',
  voicemail: 'Voicemail',
  sorry: 'Sorry',
  away: 'Away',
  goodbye: 'Goodbye',
  recorded: 'Recorded',
  'recording-stopped': 'Recording stopped',
  hold: 'Hold',
  closed: 'Closed',
  full: 'Full',
  'invalid-choice': 'Invalid choice',
  'callback-offer': 'Callback offer',
  'callback-promised': 'Callback promised',
}

/** A built-in sound by name: "callback-offer" is Callback offer. */
export function builtInName(sound: string): string | undefined {
  return NAMES[sound]
}

const ANSWERS: Record<string, string> = {
  timeout: 'Press nothing', caller_hangs_up: 'Hang up', answered: 'Somebody answers', max_wait: 'The longest wait is over', nobody: 'No agent is there', full: 'The queue is full', closed: 'The queue is closed',
  no_answer: 'Nobody answers', failed: 'It is not reached',
}
/** What happens, as a button says it; keys are themselves. */
export const answerWord = (answer: string): string => ANSWERS[answer] ?? `Key ${answer}`
export const isKey = (answer: string): boolean => /^[0-9*#]$/.test(answer)

type End = NonNullable<FlowSimulation['end']>
const ENDS: Record<End, string> = {
  answered: 'The caller talks to somebody.', voicemail: 'The caller leaves a message.', hung_up: 'The flow hangs up.', caller_hung_up: 'The caller hangs up.', callback: 'A callback is promised, and the call ends.',
  queue_decides: 'The flow has no exit for this: the queue’s own setting decides what follows.', nowhere: 'The flow leads nowhere here: the caller is asked to call again, and the call ends.', endless: 'The call would go round for ever.',
}
export const endWord = (end: End): string => ENDS[end]

/** A flow in one line: what calls run. */
export const publishedWord = (flow: Pick<FlowSummary, 'published'>): string => (flow.published === null ? 'not published' : `version ${flow.published}`)
