/** A report descriptor's bytes as Chromium gives them to a page (WebHID's collections). Source: USB HID 1.11, 6.2.2. */
import type { HidCollection, HidItem, HidReport } from '../src/kit/headset'

interface Globals { page: number; size: number; count: number; id: number }
interface Made { usagePage: number; usage: number; children: Made[]; inputReports: { reportId: number; items: HidItem[] }[]; outputReports: { reportId: number; items: HidItem[] }[] }

export function collectionsOf(hex: string): readonly HidCollection[] {
  const bytes = Uint8Array.from(hex.trim().split(/\s+/), (byte) => Number.parseInt(byte, 16))
  const globals: Globals = { page: 0, size: 0, count: 0, id: 0 }
  const tops: Made[] = []
  const open: Made[] = []
  let usages: number[] = []
  let range: [number, number] = [0, 0]
  for (let at = 0; at < bytes.length; ) {
    const prefix = bytes[at] ?? 0
    const length = [0, 1, 2, 4][prefix & 3] ?? 0
    const value = bytes.slice(at + 1, at + 1 + length).reduceRight((sum, byte) => sum * 256 + byte, 0)
    at += 1 + length
    const usage = (length === 4 ? 0 : globals.page * 65536) + value
    switch (prefix & 0xfc) {
      case 0x04: globals.page = value; break
      case 0x74: globals.size = value; break
      case 0x94: globals.count = value; break
      case 0x84: globals.id = value; break
      case 0x08: usages.push(usage); break
      case 0x18: range = [usage, range[1]]; break
      case 0x28: range = [range[0], usage]; break
      case 0xa0: {
        const made: Made = { usagePage: globals.page, usage: (usages[0] ?? 0) & 0xffff, children: [], inputReports: [], outputReports: [] }
        ;(open.at(-1)?.children ?? tops).push(made)
        open.push(made)
        break
      }
      case 0xc0: open.pop(); break
      case 0x80:
      case 0x90: {
        const isRange = range[1] > 0
        const item = { isAbsolute: (value & 4) === 0, isArray: (value & 2) === 0, isConstant: (value & 1) === 1, isRange, usages, usageMinimum: range[0], usageMaximum: range[1], reportSize: globals.size, reportCount: globals.count }
        // Chromium puts an item into the reports of all collections that it is in.
        for (const collection of open) {
          const reports = (prefix & 0xfc) === 0x80 ? collection.inputReports : collection.outputReports
          const report = reports.find((one) => one.reportId === globals.id)
          if (report === undefined) reports.push({ reportId: globals.id, items: [item] })
          else report.items.push(item)
        }
      }
    }
    if ((prefix & 0x0c) === 0) [usages, range] = [[], [0, 0]]
  }
  return tops satisfies readonly { inputReports: readonly HidReport[] }[]
}
