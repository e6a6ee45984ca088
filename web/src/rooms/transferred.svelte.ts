/** What became of a call that this user passed on: its record is asked until somebody has the call or nobody took it. It changes nothing. */
import { api } from '../links/api'
import type { CallDetail } from '../kit/model'
import { account } from './account.svelte'
import { live } from './live.svelte'

/** A colleague rings for half a minute at most; the record follows what happened within some seconds. */
const LOOKS_MS = [400, 1_200, 3_000, ...Array<number>(13).fill(3_000)]

export type Passed = CallDetail['transfers'][number]

/** This user's last transfer of the call, once it is decided and if it is none of an earlier time. Pure. */
export function decided(transfers: readonly Passed[], me: string, earlier: string | null): Passed | null {
  const last = transfers.findLast((one) => one.by.id === me)
  return last === undefined || last.reached === null || last.at === earlier ? null : last
}

/** One sentence about it. `name`: of the agent or queue, where it is known. Pure. */
export function passedWord(transfer: Passed, name: string | null): string {
  if (transfer.reached === false) return 'Nobody took the call. It comes back to you, or goes on to its queue or to voicemail.'
  switch (transfer.to) {
    case 'agent': return `${name ?? 'Your colleague'} took the call.`
    case 'queue': return name === null ? 'The call is in the queue.' : `The call is in the queue ${name}.`
    case 'flow': return 'The call is in the IVR.'
    case 'outside': return 'The call was answered outside.'
  }
}

class Transferred {
  shown = $state.raw<{ call: string; text: string } | null>(null)
  #earlier = new Map<string, string>()
  #turn = 0

  /** The server has taken the wish to pass the call on. */
  async follow(call: string): Promise<void> {
    const turn = ++this.#turn
    this.shown = null
    for (const wait of LOOKS_MS) {
      await new Promise((resume) => setTimeout(resume, wait))
      if (turn !== this.#turn) return
      const detail = await api.call(call).catch(() => null)
      const found = detail === null ? null : decided(detail.transfers ?? [], account.me?.user.id ?? '', this.#earlier.get(call) ?? null)
      if (turn !== this.#turn || (found === null && detail !== null && detail.ended_at !== null)) return
      if (detail !== null && found !== null) return this.#show(call, found, detail)
    }
  }

  #show(call: string, found: Passed, detail: CallDetail): void {
    this.#earlier.set(call, found.at)
    const queue = live.state?.queues.find((one) => one.id === found.to_id)?.name
    const agent = detail.agents.find((part) => part.agent.id === found.to_id)?.agent.name
    this.shown = { call, text: passedWord(found, queue ?? agent ?? null) }
  }

  /** Another call is of more interest now, or the message was read. */
  clear(): void {
    this.#turn += 1
    this.shown = null
  }
}

export const transferred = new Transferred()
