/** The organisation's prompts: uploaded, recorded here or generated from text. One is played at a time. */
import type { Prompt } from '../kit/prompts'
import { asProblem } from '../kit/problem'
import { administration } from '../links/administration'
import { Trying } from './trying.svelte'
import { usedBy } from './used_by.svelte'

class Prompts extends Trying {
  /** Null until the first answer. */
  rows = $state.raw<readonly Prompt[] | null>(null)
  /** What is being played, by its id. */
  playing = $state<string | null>(null)
  #audio: HTMLAudioElement | null = null
  #url: string | null = null

  load(): Promise<boolean> {
    return this.try(async () => {
      const [page] = await Promise.all([administration.prompts(), usedBy.load()])
      this.rows = page.items
    })
  }

  /** The new prompt's id, or null when it was refused. */
  upload(name: string, file: Blob, fileName: string): Promise<string | null> {
    const form = new FormData()
    form.set('name', name.trim())
    form.set('file', file, fileName)
    return this.#add(() => administration.uploadPrompt(form))
  }

  speak(name: string, text: string, voice: string): Promise<string | null> {
    return this.#add(() => administration.speakPrompt({ name: name.trim(), text, voice }))
  }

  remove(id: string): Promise<boolean> {
    return this.try(async () => {
      await administration.dropPrompt(id)
      if (this.playing === id) this.stop()
      this.rows = (this.rows ?? []).filter((row) => row.id !== id)
    })
  }

  /** As callers hear it; a second press stops it. */
  async play(id: string): Promise<void> {
    const again = this.playing === id
    this.stop()
    if (again) return
    this.problem = null
    this.playing = id
    try {
      const sound = await administration.promptSound(id)
      if (this.playing !== id) return
      this.#url = URL.createObjectURL(sound)
      this.#audio = new Audio(this.#url)
      this.#audio.addEventListener('ended', () => this.playing === id && this.stop())
      await this.#audio.play()
    } catch (error) {
      if (this.playing !== id) return
      this.stop()
      this.problem = asProblem(error)
    }
  }

  stop(): void {
    this.#audio?.pause()
    if (this.#url !== null) URL.revokeObjectURL(this.#url)
    this.playing = this.#audio = this.#url = null
  }

  async #add(ask: () => Promise<Prompt>): Promise<string | null> {
    let made: Prompt | null = null
    await this.try(async () => {
      made = await ask()
      this.rows = [...(this.rows ?? []), made].sort((a, b) => a.name.localeCompare(b.name))
    })
    return (made as Prompt | null)?.id ?? null
  }
}

export const prompts = new Prompts()
