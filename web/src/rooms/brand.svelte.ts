/** What the organisation looks like: its colours are put over the look, its logo and help contact are shown. */
import { variables } from '../kit/branding'
import type { Branding } from '../kit/model'
import { api } from '../links/api'
import { live } from './live.svelte'
import { ShownPictures } from './shown_pictures.svelte'

const AGAIN_MS = 5 * 60_000

class Brand {
  /** Null: the server has not said; Call24's own look is shown. */
  shown = $state.raw<Branding | null>(null)
  #logos = new ShownPictures()
  #timer: ReturnType<typeof setInterval> | undefined
  #stop: (() => void) | undefined

  start(): void {
    void this.load()
    // Who may not follow what is live asks now and then.
    this.#timer = setInterval(() => void this.load(), AGAIN_MS)
    this.#stop = $effect.root(() => {
      $effect(() => {
        if (live.branding !== 0 && live.branding !== this.shown?.version) void this.load()
      })
      $effect(() => {
        const tones = this.shown?.tones
        if (!tones) return
        const set = variables(tones)
        const { style } = document.documentElement
        for (const [name, value] of set) style.setProperty(name, value)
        return () => set.forEach(([name]) => style.removeProperty(name))
      })
    })
  }

  stop(): void {
    clearInterval(this.#timer)
    this.#stop?.()
    this.#logos.clear()
    this.shown = null
  }

  async load(): Promise<void> {
    const found = await api.branding().catch(() => null)
    if (found !== null) this.shown = found
  }

  /** For an image's address; null while it is not there, or there is none. On dark surfaces the other one stands in. */
  logo(dark: boolean): string | null {
    const { logo, dark_logo: other } = this.shown ?? { logo: null, dark_logo: null }
    const which = dark && other !== null
    const found = which ? other : logo
    return found === null ? null : this.#logos.of(`${which ? 'dark' : 'light'}-${found.tag}`, () => api.brandLogo(which))
  }
}

export const brand = new Brand()
