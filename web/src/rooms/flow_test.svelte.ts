/** A simulated caller in a flow's draft. The server walks; this remembers what was answered, and asks again. */
import type { FlowSimulation } from '../kit/api-types'
import { administration } from '../links/administration'
import type { FlowEditor } from './flow_editor.svelte'
import { Trying } from './trying.svelte'

export class FlowTest extends Trying {
  /** When the call arrives, as a field of date and time has it; empty: now. */
  at = $state('')
  answers = $state.raw<readonly string[]>([])
  call = $state.raw<FlowSimulation | null>(null)
  #round = 0

  constructor(readonly editor: FlowEditor) {
    super()
  }

  /** The steps that the call came to, and the ways that it took: lit up in the diagram. */
  get steps(): ReadonlySet<string> {
    return new Set((this.call?.steps ?? []).map((step) => step.node_id))
  }

  get ways(): ReadonlySet<string> {
    return new Set((this.call?.steps ?? []).flatMap((step) => (step.way === null ? [] : [`${step.node_id} ${step.way}`])))
  }

  /** Where it waits; null: it is over, or has not begun. */
  get here(): string | null {
    return this.call?.end === null ? (this.call.steps.at(-1)?.node_id ?? null) : null
  }

  start(): Promise<boolean> {
    return this.#ask([])
  }

  answer(one: string): Promise<boolean> {
    return this.#ask([...this.answers, one])
  }

  back(): Promise<boolean> {
    return this.#ask(this.answers.slice(0, -1))
  }

  /** The draft is another one: the same answers again, as far as they can be given. */
  async again(): Promise<void> {
    if (this.call !== null && !(await this.#ask(this.answers))) await this.#ask([])
  }

  stop(): void {
    this.#round += 1
    this.call = null
    this.answers = []
    this.problem = null
  }

  #ask(answers: readonly string[]): Promise<boolean> {
    this.#round += 1
    const round = this.#round
    return this.try(async () => {
      await this.editor.flush()
      const call = await administration.simulateFlow(this.editor.id, { at: this.at === '' ? null : new Date(this.at).toISOString(), answers: [...answers] })
      if (round !== this.#round) return
      this.call = call
      this.answers = answers
    }, 'ask')
  }
}
