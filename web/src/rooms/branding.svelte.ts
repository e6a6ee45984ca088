/** Setting what the organisation looks like: a draft of name, colour and help contact, and its logos. */
import { asAccent } from '../kit/branding'
import type { Branding, BrandTones } from '../kit/model'
import { administration } from '../links/administration'
import { api } from '../links/api'
import { brand } from './brand.svelte'
import { Trying } from './trying.svelte'

const TYPED_MS = 150

class BrandingSettings extends Trying {
  /** Null until the first answer. */
  stored = $state.raw<Branding | null>(null)
  name = $state('')
  /** As it is typed; empty: Call24's own. */
  accent = $state('')
  help = $state('')
  /** Of the colours that were looked at. */
  #tones = $state.raw<Readonly<Record<string, BrandTones>>>({})
  #asking: ReturnType<typeof setTimeout> | undefined

  /** What is typed until the answer comes stays. */
  async load(): Promise<boolean> {
    const { name, accent, help } = this
    return this.try(async () => {
      const stored = await api.branding()
      this.#took(stored)
      if (this.name === name) this.name = stored.name
      if (this.accent === accent) this.accent = stored.accent ?? ''
      if (this.help === help) this.help = stored.help_contact
    }, 'load')
  }

  /** The colour of the draft; null: none, or what is typed is no colour. */
  get drafted(): string | null {
    return asAccent(this.accent)
  }

  /** What the draft is shown in; null: Call24's own. The last ones stay until others are known. */
  get tones(): BrandTones | null {
    const { drafted, stored } = this
    if (this.accent.trim() === '') return null
    if (drafted === null) return stored?.tones ?? null
    return this.#tones[drafted] ?? (drafted === stored?.accent ? stored.tones : null)
  }

  /** Asks for the tones of the draft, once typing pauses. */
  look(): void {
    const { drafted } = this
    clearTimeout(this.#asking)
    if (drafted === null || this.#tones[drafted] !== undefined) return
    this.#asking = setTimeout(() => {
      void administration.brandTones({ accent: drafted }).then((found) => (this.#tones = { ...this.#tones, [drafted]: found }), () => undefined)
    }, TYPED_MS)
  }

  /** What differs from what is stored. */
  get changed(): readonly ('name' | 'accent' | 'help')[] {
    const { stored } = this
    if (stored === null) return []
    return [
      ...(this.name.trim() === stored.name ? [] : (['name'] as const)),
      ...((this.drafted ?? this.accent.trim()) === (stored.accent ?? '') ? [] : (['accent'] as const)),
      ...(this.help.trim() === stored.help_contact ? [] : (['help'] as const)),
    ]
  }

  discard(): void {
    if (this.stored !== null) this.#take(this.stored)
    this.problem = null
  }

  save(): Promise<boolean> {
    return this.try(async () => {
      if (this.changed.includes('name')) await api.changeOrganisation({ name: this.name.trim() })
      const accent = this.accent.trim() === '' ? null : (this.drafted ?? this.accent.trim())
      this.#take(await administration.changeBranding({ accent, help_contact: this.help.trim() }))
    }, 'save')
  }

  setLogo(dark: boolean, file: Blob): Promise<boolean> {
    return this.try(async () => this.#took(await administration.setBrandLogo(dark, file)), dark ? 'dark-logo' : 'logo')
  }

  dropLogo(dark: boolean): Promise<boolean> {
    return this.try(async () => {
      await administration.dropBrandLogo(dark)
      this.#took(await api.branding())
    }, dark ? 'dark-logo' : 'logo')
  }

  reset(): Promise<boolean> {
    return this.try(async () => {
      await administration.resetBranding()
      this.#take(await api.branding())
    }, 'reset')
  }

  /** What is typed and not saved stays. */
  #took(stored: Branding): void {
    this.stored = brand.shown = stored
  }

  #take(stored: Branding): void {
    this.#took(stored)
    this.name = stored.name
    this.accent = stored.accent ?? ''
    this.help = stored.help_contact
  }
}

export const branding = new BrandingSettings()
