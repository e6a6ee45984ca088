/** The way from an empty organisation to its first call: which steps are done, in their order. It asks nothing by itself. */
import { SvelteSet } from 'svelte/reactivity'
import { leadsTo, numberName, trunkStatus } from '../kit/connections'
import { count } from '../kit/format'
import type { Tone } from '../kit/timeline'
import { hours } from './hours.svelte'
import { numberTesting } from './number_testing.svelte'
import { numbers } from './numbers.svelte'
import { queues } from './queues.svelte'
import { trunks } from './trunks.svelte'

export type StepKey = 'trunk' | 'hours' | 'greeting' | 'queue' | 'number' | 'people' | 'test' | 'call'
/** `check`: what was looked at just now; null: there is nothing to look at. `optional`: it may be left out. */
export interface Step { key: StepKey; title: string; text: string; done: boolean; href: string | null; check: { tone: Tone; word: string } | null; optional: boolean }

const BUILT_IN = 'greeting'

class Setup {
  /** Somebody is on the way: what they make leads back to it. */
  underway = false
  /** Optional steps that were left out, until the app is loaded again. */
  readonly skipped = new SvelteSet<StepKey>()
  readonly loaded: boolean = $derived(trunks.rows !== null && queues.rows !== null && numbers.rows !== null)
  readonly #trunk = $derived(trunks.rows?.[0] ?? null)
  /** The number that the first call is made to. */
  readonly number = $derived(numbers.rows?.find((row) => row.queue_id !== null) ?? numbers.rows?.[0] ?? null)
  readonly queue = $derived(queues.rows?.find((row) => row.id === this.number?.queue_id) ?? queues.rows?.[0] ?? null)
  readonly #trunkStep: Step = $derived.by(() => {
    const trunk = this.#trunk
    if (trunk === null) return step('trunk', 'A trunk', 'The connection to your carrier.', false, '#/trunks/new')
    const status = trunkStatus(trunk)
    return { ...step('trunk', `A trunk: ${trunk.name}`, status.tone === 'talk' ? '' : status.text, true, `#/trunks/${trunk.id}`), check: status }
  })
  readonly #hoursStep: Step = $derived.by(() => {
    const queue = this.queue
    const chosen = queues.hours.find((row) => row.id === queue?.hours_id) ?? (queue === null ? queues.hours[0] : undefined) ?? null
    const done = chosen !== null || queue !== null || this.skipped.has('hours')
    if (chosen === null) return { ...step('hours', 'Opening hours', done ? 'None: open day and night.' : 'When callers are taken. Without any it is day and night.', done, queue === null ? '#/hours/new' : `#/queues/${queue.id}`), optional: true }
    const now = hours.rows?.find((row) => row.id === chosen.id)
    const check = now === undefined ? null : now.open ? ({ tone: 'talk', word: 'Open now' } as const) : ({ tone: 'wait', word: 'Closed now' } as const)
    return { ...step('hours', `Opening hours: ${chosen.name}`, '', true, `#/hours/${chosen.id}`), check }
  })
  readonly #greetingStep: Step = $derived.by(() => {
    const number = this.number
    const own = numbers.prompts.find((row) => row.id === number?.greeting) ?? (number === null ? numbers.prompts[0] : undefined) ?? null
    if (own !== null) return step('greeting', `A greeting: ${own.name}`, number === null ? '' : 'What callers hear first.', true, `#/prompts/${own.id}`)
    const done = number !== null || this.skipped.has('greeting')
    const text = !done ? 'What callers hear first: record it, upload it, or have a text read out.' : number !== null && number.greeting !== BUILT_IN ? 'Callers hear none.' : 'Call24’s own, in English.'
    return { ...step('greeting', 'A greeting', text, done, number === null ? '#/prompts/new' : `#/numbers/${number.id}`), optional: true }
  })
  readonly #queueStep: Step = $derived.by(() => {
    const queue = this.queue
    return step('queue', queue === null ? 'A queue' : `A queue: ${queue.name}`, queue === null ? 'Where callers wait until an agent is free.' : '', queue !== null, queue === null ? '#/queues/new' : `#/queues/${queue.id}`)
  })
  readonly #numberStep: Step = $derived.by(() => {
    const number = this.number
    if (number === null) return step('number', 'A number', 'What customers dial, and the queue that it leads to.', false, '#/numbers/new')
    const check = number.verified_at === null ? ({ tone: 'wait', word: 'No call came in yet' } as const) : ({ tone: 'talk', word: 'Calls come in' } as const)
    return { ...step('number', numberName(number), `leads to ${leadsTo(number, queues.rows ?? [], numbers.flows)}`, true, `#/numbers/${number.id}`), check }
  })
  readonly #peopleStep: Step = $derived.by(() => {
    const queue = this.queue
    const none = queue === null || queue.members.length === 0
    return step('people', 'Agents', none ? 'The people who answer. Only you is enough to start.' : `${count(queue.members.length, 'person')} in ${queue.name}`, !none, queue === null ? null : `#/queues/${queue.id}`)
  })
  readonly #testStep: Step = $derived.by(() => {
    const test = numberTesting.test
    const done = test?.state === 'passed' || this.number?.verified_at != null
    return step('test', 'A test call', done ? 'From Call24 to your number, and answered.' : 'Call24 rings your number, and shows each step.', done, null)
  })
  readonly #callStep: Step = $derived.by(() => {
    const came = this.number?.verified_at != null
    return step('call', 'Ring it', came ? 'The first call has come in.' : 'Call your number from outside and answer here.', came, null)
  })

  readonly steps: readonly Step[] = $derived([this.#trunkStep, this.#hoursStep, this.#greetingStep, this.#queueStep, this.#numberStep, this.#peopleStep, this.#testStep, this.#callStep])
  readonly current: Step | null = $derived(this.steps.find((step) => !step.done) ?? null)


  async load(): Promise<void> {
    await Promise.all([trunks.load(), queues.load(), numbers.load(), hours.look()])
  }

  /** After something was made: back on the way to the first call while that is under way, else to where it is listed. */
  goOn(list: string): void {
    location.hash = this.underway && this.current !== null ? '#/start' : list
  }
}

const step = (key: StepKey, title: string, text: string, done: boolean, href: string | null): Step => ({ key, title, text, done, href, check: null, optional: false })

export const setup = new Setup()
