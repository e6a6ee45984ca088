/**
 * Failures of the app that nothing handled. A report is kept in this page's memory alone, until the user has seen it and
 * sends it, which they agree to with the purpose `telemetry`; nothing is sent by itself.
 */
import type { NewCrashReport } from '../kit/api-types'
import { crashReport } from '../kit/crash'
import type { ConsentState } from '../kit/model'
import { api } from '../links/api'
import { router } from './route.svelte'
import { Trying } from './trying.svelte'

class Crashes extends Trying {
  /** Of the first failure that was neither sent nor discarded. */
  report = $state.raw<NewCrashReport | null>(null)
  shown = $state(false)
  /** The purpose with its text; null until the server has said it. */
  use = $state.raw<ConsentState | null>(null)
  #done = new Set<string>()

  note(error: unknown): void {
    const report = crashReport(error, { version: __APP_VERSION__, agent: navigator.userAgent, screen: router.route.name, origin: location.origin })
    if (this.report !== null || this.#done.has(alike(report))) return
    this.report = report
  }

  async show(): Promise<void> {
    this.shown = true
    await this.#ask()
  }

  close(): void {
    this.shown = false
  }

  /** Sends what is shown, and agrees to it first where the user did not yet. */
  async send(): Promise<void> {
    const { report, use } = this
    if (report === null || use === null) return
    const done = await this.try(async () => {
      if (!use.allowed) await api.grantConsent(use.purpose, use.text.hash)
      await api.sendCrashReport(report)
    }, 'send')
    if (done) {
      this.#end(report)
      return
    }
    const said = this.problem
    await this.#ask() // the text may be another one by now, and is then shown
    this.problem = said
  }

  discard(): void {
    if (this.report !== null) this.#end(this.report)
  }

  #ask(): Promise<boolean> {
    return this.try(async () => {
      this.use = (await api.myConsents()).items.find((one) => one.purpose === 'telemetry') ?? null
    }, 'ask')
  }

  #end(report: NewCrashReport): void {
    this.#done.add(alike(report))
    this.report = null
    this.shown = false
  }
}

const alike = (report: NewCrashReport): string => `${report.type} ${report.message} ${report.frames?.[0]?.file ?? ''}`

export const crashes = new Crashes()

/** From now on failures are noted. */
export function watchFailures(): void {
  addEventListener('error', (event) => event.error instanceof Error && crashes.note(event.error))
  addEventListener('unhandledrejection', (event) => crashes.note(event.reason))
}
