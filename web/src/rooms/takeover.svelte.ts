/**
 * A supervisor takes a call from an agent: both are told. Who loses it hears from the server only that it is over, so the call's record is
 * asked who went on with it; who takes it knows from whom. It changes nothing.
 */
import { untrack } from 'svelte'
import { api } from '../links/api'
import { callerName } from '../kit/format'
import type { AgentPart, LiveCall } from '../kit/model'
import { account } from './account.svelte'
import { live } from './live.svelte'

/** A call's record follows what happened within some seconds. */
const LOOKS_MS = [400, 1_200, 3_000]

/** Who took the call from this user, if somebody did. Pure. */
export function takerFrom(parts: readonly AgentPart[], me: string): string | null {
  const mine = parts.findLastIndex((part) => part.agent.id === me)
  const next = mine < 0 ? undefined : parts[mine + 1]
  return next?.came === 'take_over' ? next.agent.name : null
}

class Takeover {
  /** The call that was taken from this user. */
  lost = $state.raw<{ by: string; customer: string } | null>(null)
  /** The call that this user took. */
  gained = $state.raw<{ call: string; from: string } | null>(null)
  #left = ''
  #stop: (() => void) | null = null

  start(): void {
    let had: LiveCall | null = null
    this.#stop ??= $effect.root(() => {
      $effect(() => {
        const call = live.state?.call ?? null
        if (live.state === null) return
        const before = had
        had = call !== null && call.part === 'agent' && call.connected_at !== null ? call : null
        // What comes next is of more interest than what was.
        if (call !== null && call.id !== before?.id) this.lost = null
        if (before !== null && before.id !== call?.id && before.id !== this.#left) untrack(() => void this.#look(before))
        if (call?.id !== this.gained?.call && before?.id === this.gained?.call) this.gained = null
      })
    })
  }

  stop(): void {
    this.#stop?.()
    this.#stop = null
    this.lost = this.gained = null
  }

  /** This user ends the call, or hands it over: nobody has to be told what became of it. */
  leaving(call: string): void {
    this.#left = call
  }

  async #look(call: LiveCall): Promise<void> {
    for (const wait of LOOKS_MS) {
      await new Promise((resume) => setTimeout(resume, wait))
      const detail = await api.call(call.id).catch(() => null)
      const by = detail === null ? null : takerFrom(detail.agents ?? [], account.me?.user.id ?? '')
      if (by !== null && this.#stop !== null) this.lost = { by, customer: callerName(call.card) }
      if (by !== null || (detail !== null && detail.ended_at !== null)) return
    }
  }
}

export const takeover = new Takeover()
