/** A PDF of pictures, one to a page, and nothing else: no title, author or date. Pure. Source: ISO 32000-1, 7.5 (file structure) and 8.9.5 (images). */
export interface PdfPage {
  /** RGB. */
  jpeg: Uint8Array
  width: number
  height: number
}

/** Points of the longer side of A4. */
const A4_LONG = 841.89

export function pdfOf(pages: readonly PdfPage[]): Uint8Array<ArrayBuffer> {
  const encoder = new TextEncoder()
  const parts: Uint8Array[] = []
  const places: number[] = []
  let length = 0
  const put = (part: string | Uint8Array): void => {
    const bytes = typeof part === 'string' ? encoder.encode(part) : part
    parts.push(bytes)
    length += bytes.length
  }
  const object = (number: number, text: string, stream?: Uint8Array): void => {
    places[number] = length
    put(`${number} 0 obj\n${text}\n`)
    if (stream !== undefined) {
      put('stream\n')
      put(stream)
      put('\nendstream\n')
    }
    put('endobj\n')
  }
  put('%PDF-1.4\n%\u00e2\u00e3\u00cf\u00d3\n')
  object(1, '<< /Type /Catalog /Pages 2 0 R >>')
  object(2, `<< /Type /Pages /Count ${pages.length} /Kids [${pages.map((_, n) => `${3 + 3 * n} 0 R`).join(' ')}] >>`)
  pages.forEach(({ jpeg, width, height }, n) => {
    const first = 3 + 3 * n
    const scale = A4_LONG / Math.max(width, height)
    const [wide, high] = [width * scale, height * scale].map((one) => one.toFixed(2))
    const drawn = encoder.encode(`q ${wide} 0 0 ${high} 0 0 cm /Page Do Q`)
    object(first, `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${wide} ${high}] /Resources << /XObject << /Page ${first + 2} 0 R >> >> /Contents ${first + 1} 0 R >>`)
    object(first + 1, `<< /Length ${drawn.length} >>`, drawn)
    object(first + 2, `<< /Type /XObject /Subtype /Image /Width ${width} /Height ${height} /ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /DCTDecode /Length ${jpeg.length} >>`, jpeg)
  })
  const table = length
  const count = 3 + 3 * pages.length
  put(`xref\n0 ${count}\n0000000000 65535 f \n`)
  for (let n = 1; n < count; n++) put(`${String(places[n]).padStart(10, '0')} 00000 n \n`)
  put(`trailer\n<< /Size ${count} /Root 1 0 R >>\nstartxref\n${table}\n%%EOF\n`)
  const whole = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
