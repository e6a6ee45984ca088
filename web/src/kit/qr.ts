/** A QR code as one SVG path, drawn here: what it says is a secret and goes to nobody. Pure. */
import qrcode from 'qrcode-generator'

/** `path`: a unit square for each dark module, on a field of `size` units with the quiet zone of four around it. */
export function qr(text: string): { path: string; size: number } {
  const code = qrcode(0, 'M')
  code.addData(text)
  code.make()
  const count = code.getModuleCount()
  let path = ''
  for (let row = 0; row < count; row++) {
    for (let column = 0; column < count; column++) if (code.isDark(row, column)) path += `M${column + 4} ${row + 4}h1v1h-1z`
  }
  return { path, size: count + 8 }
}
