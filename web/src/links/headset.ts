/** Headsets by WebHID (Chromium on a computer): the one that the user chose, its reports, and when it is plugged in or out. It knows no calls. */
import { TELEPHONY_PAGE, type HidCollection } from '../kit/headset'

export interface HeadsetDevice extends EventTarget {
  readonly productName: string
  readonly opened: boolean
  readonly collections: readonly HidCollection[]
  open(): Promise<void>
  close(): Promise<void>
  forget?(): Promise<void>
  sendReport(report: number, bytes: Uint8Array<ArrayBuffer>): Promise<void>
}
interface Hid extends EventTarget {
  getDevices(): Promise<HeadsetDevice[]>
  requestDevice(wish: { filters: { usagePage: number }[] }): Promise<HeadsetDevice[]>
}
interface InputReport extends Event { readonly reportId: number; readonly data: DataView }

const hid = (): Hid | undefined => (navigator as { hid?: Hid }).hid

export const headsetsHere = (): boolean => hid() !== undefined
const isTelephony = (device: HeadsetDevice): boolean => device.collections.some((one) => one.usagePage === TELEPHONY_PAGE)

/** The ones that the user allowed before. */
export async function allowedHeadsets(): Promise<HeadsetDevice[]> {
  return ((await hid()?.getDevices()) ?? []).filter(isTelephony)
}

/** From a click: the browser shows its list. Null: the user chose none. */
export async function chooseHeadset(): Promise<HeadsetDevice | null> {
  return (await hid()?.requestDevice({ filters: [{ usagePage: TELEPHONY_PAGE }] }))?.find(isTelephony) ?? null
}

/** Returns what ends it. */
export function hearReports(device: HeadsetDevice, heard: (report: number, data: DataView) => void): () => void {
  const told = (event: Event): void => heard((event as InputReport).reportId, (event as InputReport).data)
  device.addEventListener('inputreport', told)
  return () => device.removeEventListener('inputreport', told)
}

export function whenPlugged(told: () => void): () => void {
  const all = hid()
  all?.addEventListener('connect', told)
  all?.addEventListener('disconnect', told)
  return () => {
    all?.removeEventListener('connect', told)
    all?.removeEventListener('disconnect', told)
  }
}
