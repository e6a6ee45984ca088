/** A fresh second factor, asked when an operation needs one; the operation is then done as if it had been there. */
import { api, whenProofIsDue } from '../links/api'
import { passkeysHere, showPasskey } from '../links/passkey'
import { typedCode } from '../kit/recovery'
import { Trying } from './trying.svelte'

class Proof extends Trying {
  asking = $state(false)
  #asked: Promise<boolean> | null = null
  #tell: (given: boolean) => void = () => undefined

  constructor() {
    super()
    whenProofIsDue(() => this.#ask())
  }

  /** One question for all that need it at once. */
  #ask(): Promise<boolean> {
    this.#asked ??= new Promise((tell) => {
      this.#tell = tell
      this.problem = null
      this.asking = true
    })
    return this.#asked
  }

  get passkeys(): boolean {
    return passkeysHere()
  }

  byCode(code: string): Promise<void> {
    return this.#give(() => api.proveMfa(typedCode(code)))
  }

  byPasskey(): Promise<void> {
    return this.#give(async () => {
      const { challenge, options } = await api.beginPasskeyProof()
      await api.provePasskey(challenge, await showPasskey(options))
    })
  }

  async #give(prove: () => Promise<void>): Promise<void> {
    if (await this.try(prove)) this.#end(true)
  }

  cancel(): void {
    this.#end(false)
  }

  #end(given: boolean): void {
    this.asking = false
    this.#asked = null
    this.#tell(given)
  }
}

export const proof = new Proof()
