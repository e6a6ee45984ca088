/** The way from an empty organisation to its first call: which steps are done, in their order. It asks nothing by itself. */
import { leadsTo, numberName, trunkStatus } from '../kit/connections'
import { count } from '../kit/format'
import { numbers } from './numbers.svelte'
import { queues } from './queues.svelte'
import { trunks } from './trunks.svelte'

export interface Step { key: 'trunk' | 'queue' | 'number' | 'people' | 'call'; title: string; text: string; done: boolean; href: string | null }

class Setup {
  /** Somebody is on the way: what they make leads back to it. */
  underway = false
  readonly loaded: boolean = $derived(trunks.rows !== null && queues.rows !== null && numbers.rows !== null)
  readonly #trunk = $derived(trunks.rows?.[0] ?? null)
  /** The number that the first call is made to. */
  readonly number = $derived(numbers.rows?.find((row) => row.queue_id !== null) ?? numbers.rows?.[0] ?? null)
  readonly queue = $derived(queues.rows?.find((row) => row.id === this.number?.queue_id) ?? queues.rows?.[0] ?? null)
  readonly steps: readonly Step[] = $derived.by(() => {
    const [trunk, queue, number] = [this.#trunk, this.queue, this.number]
    return [
      { key: 'trunk', title: trunk === null ? 'A trunk' : `A trunk: ${trunk.name}`, text: trunk === null ? 'The connection to your carrier.' : trunkStatus(trunk).word, done: trunk !== null, href: trunk === null ? '#/trunks/new' : `#/trunks/${trunk.id}` },
      { key: 'queue', title: queue === null ? 'A queue' : `A queue: ${queue.name}`, text: 'Where callers wait until an agent is free.', done: queue !== null, href: queue === null ? '#/queues/new' : `#/queues/${queue.id}` },
      { key: 'number', title: number === null ? 'A number' : numberName(number), text: number === null ? 'What customers dial, and the queue that it leads to.' : `leads to ${leadsTo(number, queues.rows ?? [], numbers.flows)}`, done: number !== null, href: number === null ? '#/numbers/new' : `#/numbers/${number.id}` },
      { key: 'people', title: 'Agents', text: queue === null || queue.members.length === 0 ? 'The people who answer. Only you is enough to start.' : `${count(queue.members.length, 'person')} in ${queue.name}`, done: (queue?.members.length ?? 0) > 0, href: queue === null ? null : `#/queues/${queue.id}` },
      { key: 'call', title: 'Ring it', text: number?.verified_at ? 'The first call has come in.' : 'Call your number and answer here.', done: number?.verified_at != null, href: null },
    ]
  })
  readonly current: Step | null = $derived(this.steps.find((step) => !step.done) ?? null)

  async load(): Promise<void> {
    await Promise.all([trunks.load(), queues.load(), numbers.load()])
  }

  /** After something was made: back on the way to the first call while that is under way, else to where it is listed. */
  goOn(list: string): void {
    location.hash = this.underway && this.current !== null ? '#/start' : list
  }
}

export const setup = new Setup()
