/**
 * Who is signed in on this device. Signing out wipes what the device kept. It starts nothing else: App does.
 *
 * What rooms hold in memory, and still try to send, is of whom this page was loaded for or who signed in first: anybody
 * else gets a new page, and the token of nobody else is used in this one.
 */
import { tick } from 'svelte'
import { api, useToken, type SetupForm } from '../links/api'
import { passkeysHere, showPasskey } from '../links/passkey'
import { startWorker } from '../links/worker'
import { store } from '../links/store'
import type { AboutDevice, CameBack, Me, SignedIn, User } from '../kit/model'
import type { Permission } from '../kit/permissions'
import { asProblem, type Problem } from '../kit/problem'
import { typedCode } from '../kit/recovery'

export type AccountStage = 'starting' | 'out' | 'in' | 'away'

/** What this app says of the device it runs on. Browsers tell no model and few tell the network. */
function aboutDevice(): AboutDevice {
  const connection = (navigator as { connection?: { type?: string; effectiveType?: string } }).connection
  return {
    identifier: store.device(),
    os: system(),
    app_version: __APP_VERSION__,
    network: connection?.type ?? connection?.effectiveType ?? '',
  }
}

function system(): string {
  const agent = navigator.userAgent
  const found = /Android [\d.]+|(?<=CPU (?:iPhone )?)OS [\d_]+|Mac OS X [\d_.]+|Windows NT [\d.]+|Linux/.exec(agent)?.[0] ?? ''
  return found.replaceAll('_', '.').replace(/^OS /, 'iOS ').replace('Mac OS X', 'macOS')
}

function deviceName(): string {
  const agent = navigator.userAgent
  const browser = /Edg\//.test(agent) ? 'Edge' : /Firefox\//.test(agent) ? 'Firefox' : /Chrom(e|ium)\//.test(agent) ? 'Chrome' : 'Safari'
  const system = /Android/.test(agent) ? 'Android' : /iPhone|iPad/.test(agent) ? 'iOS' : /Mac/.test(agent) ? 'macOS' : /Windows/.test(agent) ? 'Windows' : 'Linux'
  return `${browser} on ${system}`
}

class Account {
  stage = $state<AccountStage>('starting')
  me = $state.raw<Me | null>(null)
  /** Set when the server ended the sign-in, so that the sign-in screen can say so. */
  signedOutByServer = $state(false)
  #leaving = false
  /** Of whom the rooms of this page know; null before anybody signed in. */
  #whose: string | null = null
  #renewing: Promise<void> | null = null

  /** Reads the kept token and asks the server who that is; keeps asking while the server is away. */
  async start(): Promise<void> {
    store.onTokenChange((token) => {
      // Who signs out here is told of it as of another tab's, and may still read the token: a reload would leave the rest unforgotten.
      if (!this.#leaving && (token === null) === (this.stage === 'in')) location.reload()
    })
    const token = store.token()
    if (token === null) {
      this.stage = 'out'
      return
    }
    this.#use(token)
    await this.#ask()
  }

  #use(token: string): void {
    useToken(token, () => void this.#refused(), (permission) => this.#denied(permission))
  }

  async #ask(): Promise<void> {
    try {
      this.me = await api.me()
      this.#whose = this.me.user.id
      this.stage = 'in'
      // After an update, or on another network: the list of sessions shows it. Nothing depends on it.
      void api.tellDevice(aboutDevice()).catch(() => undefined)
    } catch (error) {
      if (!asProblem(error).away) return this.#refused()
      this.stage = 'away'
      setTimeout(() => this.stage === 'away' && void this.#ask(), 2_000)
    }
  }

  /** Whether the server will let one; it asks again itself, so this only decides what is shown. */
  may(permission: Permission): boolean {
    return this.me?.permissions.includes(permission) ?? false
  }

  /** Asks what the user may do now, once their role is another; what was known stays where no answer comes. */
  renew(): Promise<void> {
    this.#renewing ??= this.#renew().finally(() => (this.#renewing = null))
    return this.#renewing
  }

  async #renew(): Promise<void> {
    const me = await api.me().catch(() => null)
    if (this.stage === 'in' && me !== null && me.user.id === this.me?.user.id) this.me = me
  }

  /** The server lets the user do less than is known here: the role was changed meanwhile. */
  #denied(permission: string): void {
    if (this.me?.permissions.some((one) => one === permission)) void this.renew()
  }

  /** What the user changed of itself. */
  changed(user: User): void {
    if (this.me !== null) this.me = { ...this.me, user }
  }

  /** Null when it went well, else what was wrong. */
  signIn(email: string, password: string, code = ''): Promise<Problem | null> {
    return this.#enter(() => api.login(email.trim(), password, typedCode(code), deviceName(), aboutDevice()))
  }

  get passkeys(): boolean {
    return passkeysHere()
  }

  signInByPasskey(): Promise<Problem | null> {
    return this.#enter(async () => {
      const { challenge, options } = await api.beginPasskeyLogin()
      return api.passkeyLogin(challenge, await showPasskey(options), deviceName(), aboutDevice())
    })
  }

  /** After a second factor was set up: the server now lets one in for good. */
  async again(): Promise<void> {
    await this.#ask()
  }

  /** With what the organisation's provider sent the browser back with. */
  signInBack(back: CameBack): Promise<Problem | null> {
    return this.#enter(() => api.completeProvider(back, deviceName(), aboutDevice()))
  }

  setUp(setupToken: string, form: SetupForm): Promise<Problem | null> {
    return this.#enter(() => api.setup(setupToken, form))
  }

  accept(token: string, birthDate: string, name: string, password: string): Promise<Problem | null> {
    return this.#enter(() => api.acceptInvitation(token, birthDate, name.trim(), password, deviceName(), aboutDevice()))
  }

  async #enter(ask: () => Promise<SignedIn>): Promise<Problem | null> {
    try {
      const { token, ...me } = await ask()
      store.setToken(token)
      if (this.#whose !== null && this.#whose !== me.user.id) {
        this.stage = 'starting'
        location.reload()
        return null
      }
      this.#whose = me.user.id
      startWorker()
      this.#use(token)
      this.signedOutByServer = false
      this.me = me
      this.stage = 'in'
      return null
    } catch (error) {
      return asProblem(error)
    }
  }

  async signOut(): Promise<void> {
    // The rooms close first: a phone that registers again on a dying token would only be refused.
    this.#leaving = true
    this.stage = 'starting'
    const stays = store.staying()
    await tick()
    // The server's answer is not waited for longer than the link's short limit: this device forgets in any case.
    await api.logout().catch(() => undefined)
    await this.#forget(stays)
    this.#leaving = false
  }

  async #refused(): Promise<void> {
    if (this.stage === 'out' || this.#leaving) return
    await this.#forget()
    this.signedOutByServer = true
  }

  async #forget(stays = store.staying()): Promise<void> {
    useToken(null)
    await store.wipe(stays)
    this.me = null
    this.stage = 'out'
    history.replaceState(null, '', '#/')
  }
}

export const account = new Account()
