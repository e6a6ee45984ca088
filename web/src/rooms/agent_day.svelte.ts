/** An agent's day, state by state; without an agent one's own. */
import { details } from '../links/details'
import type { AgentTimeline } from '../kit/model'
import { Trying } from './trying.svelte'

export class AgentDay extends Trying {
  /** Null until the first answer. */
  shown = $state.raw<AgentTimeline | null>(null)
  #question = 0

  constructor(readonly agent: string | null) {
    super()
  }

  /** `day`: YYYY-MM-DD in the organisation's time zone; null: today. The answer to an older question is dropped. */
  load(day: string | null = null): Promise<boolean> {
    const mine = ++this.#question
    return this.try(async () => {
      const question: Record<string, string> = day === null ? {} : { day }
      const found = await (this.agent === null ? details.myDay(question) : details.agentDay(this.agent, question))
      if (mine === this.#question) this.shown = found
    }, 'load')
  }
}
