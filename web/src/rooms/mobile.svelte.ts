/** The mobile number on which the user is called when none of their phones rings, and whether the organisation lets it. */
import type { MobileState } from '../kit/model'
import { typedCode } from '../kit/recovery'
import { api } from '../links/api'
import { account } from './account.svelte'
import { Trying } from './trying.svelte'

class MyMobile extends Trying {
  /** Null until the first answer. */
  state = $state.raw<MobileState | null>(null)

  load(): Promise<boolean> {
    return this.try(async () => void (this.state = await api.mobile()), 'loading')
  }

  /** Has the number called and a code said; true once the call was begun. */
  sayCode(number: string): Promise<boolean> {
    return this.#do('calling', async () => void (await api.sayMobileCode(number.trim())))
  }

  prove(code: string): Promise<boolean> {
    return this.#do('checking', () => api.proveMobile(typedCode(code)))
  }

  switch(rings: boolean): Promise<boolean> {
    return this.#do('switching', () => api.switchMobile(rings))
  }

  remove(): Promise<boolean> {
    return this.#do('deleting', () => api.dropMobile())
  }

  /** Reads it again in any case: after a wrong code there is one try less. */
  async #do(doing: string, work: () => Promise<unknown>): Promise<boolean> {
    return this.try(async () => {
      try {
        await work()
      } finally {
        this.state = await api.mobile().catch(() => this.state)
      }
    }, doing)
  }
}

/** Whether agents' mobile numbers may be called, for who sees or changes the organisation's settings. */
class MobileRule extends Trying {
  /** Null until the first answer. */
  on = $state.raw<boolean | null>(null)

  async load(): Promise<void> {
    if (account.may('organisation.read')) await this.try(async () => void (this.on = (await api.organisation()).ring_mobiles), 'loading')
  }

  set(on: boolean): Promise<boolean> {
    return this.try(async () => void (this.on = (await api.changeOrganisation({ ring_mobiles: on })).ring_mobiles), 'saving')
  }
}

export const myMobile = new MyMobile()
export const mobileRule = new MobileRule()
