/** A document that is being scanned: its pages, their corners and look, and the PDF that they become. Nothing leaves the device before it is saved. */
import { Problem } from '../kit/problem'
import { pdfOf } from '../kit/pdf'
import { isUsable, NOT_FOUND, type Corners, type Look } from '../kit/scan'
import { Scanner } from '../links/scanner'
import { Trying } from './trying.svelte'

export const PAGES_MAX = 30

export interface ScanPage {
  key: number
  file: File
  /** Of the photograph, for an image's address. */
  url: string
  corners: Corners
  /** Whether the corners were found, and not only guessed. */
  found: boolean
  look: Look
  /** As it will be, for an image's address; null until it was drawn. */
  drawn: { jpeg: Blob; url: string; width: number; height: number } | null
}

export class Scanning extends Trying {
  pages = $state.raw<readonly ScanPage[]>([])
  /** The page whose corners are shown. */
  open = $state<number | null>(null)
  #scanner = new Scanner()
  #last = 0

  get page(): ScanPage | null {
    return this.pages.find((one) => one.key === this.open) ?? null
  }

  close(): void {
    this.#scanner.close()
    this.pages.forEach((one) => forget(one))
    this.pages = []
  }

  add(files: readonly File[]): Promise<boolean> {
    return this.try(async () => {
      for (const file of files) {
        if (this.pages.length >= PAGES_MAX) throw new Problem('scan_full', 422, `${PAGES_MAX} pages`)
        const corners = await this.#scanner.find(file)
        const page: ScanPage = { key: ++this.#last, file, url: URL.createObjectURL(file), corners: corners ?? NOT_FOUND, found: corners !== null, look: this.pages.at(-1)?.look ?? 'colour', drawn: null }
        this.pages = [...this.pages, page]
        this.open = page.key
      }
    }, 'add')
  }

  /** One corner elsewhere; where that is no page any more, nothing changes. */
  move(key: number, corner: number, x: number, y: number): void {
    const at = { x: Math.min(1, Math.max(0, x)), y: Math.min(1, Math.max(0, y)) }
    const page = this.pages.find((one) => one.key === key)
    const corners = page?.corners.map((one, n) => (n === corner ? at : one)) as unknown as Corners | undefined
    if (corners !== undefined && isUsable(corners)) this.#change(key, { corners })
  }

  look(key: number, look: Look): void {
    this.#change(key, { look })
  }

  /** The page as it will be; its corners are left. */
  draw(key: number): Promise<boolean> {
    return this.try(async () => {
      await this.#drawn(key)
      if (this.open === key) this.open = null
    }, 'draw')
  }

  remove(key: number): void {
    this.pages.filter((one) => one.key === key).forEach(forget)
    this.pages = this.pages.filter((one) => one.key !== key)
    if (this.open === key) this.open = null
  }

  /** One place up or down. */
  shift(key: number, by: -1 | 1): void {
    const from = this.pages.findIndex((one) => one.key === key)
    const pages = [...this.pages]
    const [page] = pages.splice(from, 1)
    if (page === undefined || from + by < 0 || from + by > pages.length) return
    pages.splice(from + by, 0, page)
    this.pages = pages
  }

  /** All pages as one file; null where one cannot be drawn. */
  async pdf(name: string): Promise<File | null> {
    let made: File | null = null
    await this.try(async () => {
      const drawn = []
      for (const { key } of this.pages) {
        const { jpeg, width, height } = await this.#drawn(key)
        drawn.push({ jpeg: new Uint8Array(await jpeg.arrayBuffer()), width, height })
      }
      made = new File([pdfOf(drawn)], `${name.trim().replace(/\.pdf$/i, '').replace(/[\\/]/g, '-') || 'Scan'}.pdf`, { type: 'application/pdf' })
    }, 'pdf')
    return made
  }

  async #drawn(key: number): Promise<NonNullable<ScanPage['drawn']>> {
    const page = this.pages.find((one) => one.key === key)
    if (page === undefined) throw new Problem('picture_unreadable', 422, 'It is not there')
    if (page.drawn !== null) return page.drawn
    const made = await this.#scanner.flatten(page.file, page.corners, page.look)
    const drawn = { ...made, url: URL.createObjectURL(made.jpeg) }
    this.pages = this.pages.map((one) => (one.key === key ? { ...one, drawn } : one))
    return drawn
  }

  #change(key: number, changes: Partial<ScanPage>): void {
    this.pages = this.pages.map((one) => {
      if (one.key !== key) return one
      if (one.drawn !== null) URL.revokeObjectURL(one.drawn.url)
      return { ...one, ...changes, drawn: null }
    })
  }
}

function forget(page: ScanPage): void {
  URL.revokeObjectURL(page.url)
  if (page.drawn !== null) URL.revokeObjectURL(page.drawn.url)
}
