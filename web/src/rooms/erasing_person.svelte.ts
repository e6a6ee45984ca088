/** Erasing a person of the address book as a whole: the plan by number, doing it, and the receipt. */
import { api } from '../links/api'
import type { CallerErasureWish, Person, PersonErased, PersonErasurePlan } from '../kit/model'
import { Trying } from './trying.svelte'

class ErasingPerson extends Trying {
  person = $state.raw<Person | null>(null)
  /** Null until the first answer. */
  plan = $state.raw<PersonErasurePlan | null>(null)
  done = $state.raw<PersonErased | null>(null)
  /** When the erasure that is under way began, epoch ms. */
  began = $state<number | null>(null)

  load(id: string): Promise<boolean> {
    if (this.plan?.person_id !== id) this.plan = this.person = null
    if (this.done?.person_id !== id) this.done = null
    return this.try(async () => {
      this.plan = await api.personErasurePlan(id)
      this.person = await api.contact(id)
    }, 'plan')
  }

  async erase(plan: PersonErasurePlan, reason: CallerErasureWish['reason']): Promise<boolean> {
    this.began = Date.now()
    const alone = plan.numbers.filter((one) => one.shared === 0).map((one) => one.contact_id)
    const erased = await this.try(async () => void (this.done = await api.erasePerson(plan.person_id, reason, alone)), 'erase')
    this.began = null
    return erased
  }
}

export const erasingPerson = new ErasingPerson()
