/** Name, phone, address and picture of who is signed in. */
import { api } from '../links/api'
import { shrunk } from '../links/shrink'
import { account } from './account.svelte'
import { pictures } from './pictures.svelte'
import { Trying } from './trying.svelte'

type Done = 'saved' | 'email' | 'picture'

class Profile extends Trying {
  /** What was done last, and where installations without e-mail show it, the link that confirms an address. */
  done = $state.raw<{ what: Done; link: string | null } | null>(null)

  save(name: string, phone: string): Promise<boolean> {
    return this.#do('saved', async () => {
      account.changed(await api.changeMe({ name: name.trim(), phone: phone.trim() }))
      return null
    })
  }

  changeEmail(email: string, password: string): Promise<boolean> {
    return this.#do('email', async () => (await api.changeEmail(email.trim(), password)).link)
  }

  setPicture(file: File): Promise<boolean> {
    return this.#do('picture', () => shrunk(file).then(api.setPicture).then(() => pictures.load()).then(() => null))
  }

  dropPicture(): Promise<boolean> {
    return this.#do('picture', () => api.dropPicture().then(() => pictures.load()).then(() => null))
  }

  #do(what: Done, work: () => Promise<string | null>): Promise<boolean> {
    this.done = null
    return this.try(async () => void (this.done = { what, link: await work() }))
  }
}

export const profile = new Profile()
