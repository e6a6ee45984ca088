/** Another language is another page: it is chosen on this device and comes with the next loading, which waits for the end of a call. */
import { language, LANGUAGES, languageName } from '../links/language'
import { store } from '../links/store'
import { live } from './live.svelte'

class LanguageChoice {
  /** As BCP 47. */
  readonly shown = language()
  wanted = $state(this.shown)
  readonly all = LANGUAGES.map((code) => ({ code, name: languageName(code) }))
  readonly waits = $derived(this.wanted !== this.shown && live.state?.call != null)

  choose(code: string): void {
    this.wanted = code
    store.setChoice('language', code)
    this.look()
  }

  /** Loads the page again once no call is in it. */
  look(): void {
    if (this.wanted !== this.shown && !this.waits) location.reload()
  }
}

export const languages = new LanguageChoice()
