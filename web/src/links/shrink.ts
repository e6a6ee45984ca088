/** A photograph as small as an avatar needs it: telephones take larger ones than the server. */
const SIDE = 512
const SMALL = 1024 * 1024

/** Its pixels alone, upright, as JPEG. What is small already goes as it is, and so does what this browser cannot read, such as HEIC in most. */
export async function shrunk(file: File): Promise<Blob> {
  const bitmap = file.size <= SMALL ? null : await createImageBitmap(file, { imageOrientation: 'from-image' }).catch(() => null)
  if (bitmap === null) return file
  const scale = Math.min(1, SIDE / Math.min(bitmap.width, bitmap.height))
  const canvas = document.createElement('canvas')
  canvas.width = Math.round(bitmap.width * scale)
  canvas.height = Math.round(bitmap.height * scale)
  const drawing = canvas.getContext('2d')
  if (drawing !== null) {
    drawing.fillStyle = 'white'
    drawing.fillRect(0, 0, canvas.width, canvas.height)
    drawing.drawImage(bitmap, 0, 0, canvas.width, canvas.height)
  }
  bitmap.close()
  return (drawing && (await new Promise<Blob | null>((made) => canvas.toBlob(made, 'image/jpeg', 0.9)))) ?? file
}
