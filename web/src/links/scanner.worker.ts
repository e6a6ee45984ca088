/** Decodes pictures and looks at their pixels away from the page, which stays quick meanwhile. What is computed is in kit/scan.ts. */
import { findCorners, flattened, improved, type Corners, type Look, type Picture } from '../kit/scan'

export type Wish = { id: number; file: Blob } & ({ kind: 'find' } | { kind: 'flatten'; corners: Corners; look: Look })
export type Found = { id: number } & ({ corners: Corners | null } | { jpeg: Blob; width: number; height: number } | { failed: string })

/** Pixels on the longer side: of what corners are sought in, and of what a page is drawn from. */
const SMALL = 480
const LARGE = 3200
const QUALITY = 0.82

async function pixels(file: Blob, longest: number): Promise<Picture> {
  const bitmap = await createImageBitmap(file, { imageOrientation: 'from-image' })
  const scale = Math.min(1, longest / Math.max(bitmap.width, bitmap.height))
  const [width, height] = [Math.max(1, Math.round(bitmap.width * scale)), Math.max(1, Math.round(bitmap.height * scale))]
  const sheet = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true })
  if (sheet === null) throw new Error('There is no canvas')
  sheet.imageSmoothingQuality = 'high'
  sheet.drawImage(bitmap, 0, 0, width, height)
  bitmap.close()
  return sheet.getImageData(0, 0, width, height)
}

async function jpegOf({ width, height, data }: Picture): Promise<Blob> {
  const canvas = new OffscreenCanvas(width, height)
  canvas.getContext('2d')?.putImageData(new ImageData(new Uint8ClampedArray(data), width, height), 0, 0)
  return canvas.convertToBlob({ type: 'image/jpeg', quality: QUALITY })
}

async function answer(wish: Wish): Promise<Found> {
  if (wish.kind === 'find') return { id: wish.id, corners: findCorners(await pixels(wish.file, SMALL)) }
  const page = improved(flattened(await pixels(wish.file, LARGE), wish.corners), wish.look)
  return { id: wish.id, jpeg: await jpegOf(page), width: page.width, height: page.height }
}

self.onmessage = (event: MessageEvent<Wish>) => {
  answer(event.data).then((found) => self.postMessage(found), (error: unknown) => self.postMessage({ id: event.data.id, failed: String(error) } satisfies Found))
}
