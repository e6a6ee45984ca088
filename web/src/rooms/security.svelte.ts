/** How the user signs in: authenticator, passkeys and recovery codes. Codes are kept only while they are shown. */
import { api } from '../links/api'
import { makePasskey, passkeysHere } from '../links/passkey'
import type { FreshAuthenticator, MfaState } from '../kit/model'
import { typedCode } from '../kit/recovery'
import { Trying } from './trying.svelte'

class Security extends Trying {
  /** Null until the first answer. */
  state = $state.raw<MfaState | null>(null)
  fresh = $state.raw<FreshAuthenticator | null>(null)
  codes = $state.raw<readonly string[]>([])

  get passkeys(): boolean {
    return passkeysHere() && this.state?.passkeys_here === true
  }

  load(): Promise<boolean> {
    return this.#do(() => Promise.resolve())
  }

  begin(password: string): Promise<boolean> {
    return this.#do(async () => void (this.fresh = await api.beginMfa(password)))
  }

  confirm(code: string): Promise<boolean> {
    return this.#do(async () => {
      this.codes = (await api.confirmMfa(typedCode(code))).recovery_codes
      this.fresh = null
    })
  }

  changePassword(current: string, password: string, keepTokens: boolean): Promise<boolean> {
    return this.try(() => api.changePassword(current, password, keepTokens))
  }

  remove(password: string): Promise<boolean> {
    return this.#do(() => api.removeMfa(password))
  }

  renew(password: string): Promise<boolean> {
    return this.#do(async () => void (this.codes = (await api.renewRecovery(password)).recovery_codes))
  }

  addPasskey(name: string, password: string): Promise<boolean> {
    return this.#do(async () => {
      const { challenge, options } = await api.beginPasskey(password)
      this.codes = (await api.addPasskey(name.trim(), challenge, await makePasskey(options))).recovery_codes
    })
  }

  namePasskey(id: string, name: string): Promise<boolean> {
    return this.#do(() => api.namePasskey(id, name.trim()))
  }

  removePasskey(id: string): Promise<boolean> {
    return this.#do(() => api.removePasskey(id))
  }

  /** What was shown once is not kept. */
  forget(): void {
    this.fresh = this.problem = null
    this.codes = []
  }

  #do(work: () => Promise<void>): Promise<boolean> {
    return this.try(async () => {
      await work()
      this.state = await api.mfa()
    })
  }
}

export const security = new Security()
