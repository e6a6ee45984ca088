/** Whether links with phone numbers open here: asked of the browser when the user presses a button, with the reason first. */
import { canOpenLinks, canStopOpening, openLinksHere, openLinksNoMore } from '../links/phone_links'

/** `asked`: the browser asks its user now, and does not say what they answered. */
export type LinksState = 'missing' | 'off' | 'asked' | 'refused' | 'stopped'

class PhoneLinks {
  state = $state<LinksState>(canOpenLinks() ? 'off' : 'missing')
  readonly stops = canStopOpening()

  /** Only from a click: browsers ignore the question otherwise. */
  ask(): void {
    this.state = this.#tried(openLinksHere) ? 'asked' : 'refused'
  }

  stop(): void {
    this.state = this.#tried(openLinksNoMore) ? 'stopped' : 'refused'
  }

  #tried(work: () => void): boolean {
    try {
      work()
      return true
    } catch {
      return false
    }
  }
}

export const phoneLinks = new PhoneLinks()
