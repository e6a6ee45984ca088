/** Whole numbers as the language of the page writes them: 18,204. */

let spoken = 'en'
let format: Intl.NumberFormat | null = null

/** Called once, before anything is shown (links/texts.ts). */
export function speakFigures(language: string): void {
  format = null
  spoken = language
}

/** English where the browser does not know the language. */
export const figure = (n: number): string => (format ??= new Intl.NumberFormat([spoken, 'en'], { maximumFractionDigits: 0 })).format(n)
