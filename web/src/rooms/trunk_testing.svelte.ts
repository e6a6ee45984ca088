/** The newest test of the trunk that is open. */
import type { TrunkTest } from '../kit/trunk_test'
import { api } from '../links/api'
import { Trying } from './trying.svelte'

class TrunkTesting extends Trying {
  found = $state.raw<{ trunk: string; test: TrunkTest } | null>(null)
  /** Of which trunk `busy` and `problem` are. */
  asked = $state<string | null>(null)

  run(trunk: string): Promise<boolean> {
    this.asked = trunk
    this.found = null
    return this.try(async () => {
      this.found = { trunk, test: await api.testTrunk(trunk) }
    })
  }
}

export const trunkTesting = new TrunkTesting()
