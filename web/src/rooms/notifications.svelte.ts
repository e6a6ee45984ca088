/** What the user was notified of, in step over their devices; and how they want to be notified. */
import { untrack } from 'svelte'
import { api } from '../links/api'
import type { NotificationChannel, NotificationKind, NotificationPreferences, NotificationPreferencesWish, NotificationRow } from '../kit/model'
import { live } from './live.svelte'
import { Trying } from './trying.svelte'

class Notifications extends Trying {
  /** Null until the first answer. */
  rows = $state.raw<readonly NotificationRow[] | null>(null)
  unread = $state(0)
  preferences = $state.raw<NotificationPreferences | null>(null)
  saved = $state(false)
  #next = $state<string | null>(null)
  #line: Promise<boolean> = Promise.resolve(true)
  #stop: (() => void) | null = null

  get more(): boolean {
    return this.#next !== null
  }

  start(): void {
    this.#stop ??= $effect.root(() => {
      $effect(() => {
        void live.notifications
        void live.tasks // what was told of a task is read when somebody has done it
        void live.link
        const timer = setTimeout(() => void this.load(), untrack(() => this.rows) === null ? 0 : 250)
        return () => clearTimeout(timer)
      })
    })
  }

  stop(): void {
    this.#stop?.()
    this.#stop = null
    this.rows = null
    this.preferences = null
    this.unread = 0
    this.#next = null
  }

  /** The newest page; what was loaded before of later pages is asked for again when somebody wants it. */
  load(): Promise<boolean> {
    return this.try(async () => {
      const page = await api.notifications(null)
      this.rows = page.items
      this.unread = page.unread
      this.#next = page.next
    }, 'load')
  }

  loadMore(): Promise<boolean> {
    return this.try(async () => {
      const page = await api.notifications(this.#next)
      const known = new Set((this.rows ?? []).map((row) => row.id))
      this.rows = [...(this.rows ?? []), ...page.items.filter((row) => !known.has(row.id))]
      this.unread = page.unread
      this.#next = page.next
    }, 'more')
  }

  async read(row: NotificationRow): Promise<void> {
    if (row.read_at !== null) return
    const done = await this.try(async () => {
      const read = await api.readNotification(row.id)
      this.rows = (this.rows ?? []).map((one) => (one.id === read.id ? read : one))
    }, 'read')
    if (done) this.unread = Math.max(0, this.unread - 1)
  }

  readAll(): Promise<boolean> {
    return this.try(async () => {
      await api.readAllNotifications()
      const now = new Date().toISOString()
      this.rows = (this.rows ?? []).map((row) => ({ ...row, read_at: row.read_at ?? now }))
      this.unread = 0
    }, 'read')
  }

  loadPreferences(): Promise<boolean> {
    this.saved = false
    return this.try(async () => void (this.preferences = await api.notificationPreferences()), 'preferences')
  }

  choose(kind: NotificationKind, channel: NotificationChannel, on: boolean): Promise<boolean> {
    return this.#change((shown) => ({
      ...shown,
      kinds: shown.kinds.map((one) => (one.kind === kind ? { ...one, channels: one.channels.map((way) => (way.channel === channel ? { ...way, on } : way)) } : one)),
    }))
  }

  quiet(from: string | null, until: string | null): Promise<boolean> {
    return this.#change((shown) => ({ ...shown, quiet_from: from, quiet_until: until }))
  }

  inQuietHours(kind: NotificationKind, on: boolean): Promise<boolean> {
    return this.#change((shown) => ({ ...shown, kinds: shown.kinds.map((one) => (one.kind === kind ? { ...one, in_quiet_hours: on } : one)) }))
  }

  language(language: NotificationPreferences['language']): Promise<boolean> {
    return this.#change((shown) => ({ ...shown, language }))
  }

  /** Shown at once and sent one after another, so that quick taps neither wait nor undo one another. */
  #change(change: (shown: NotificationPreferences) => NotificationPreferences): Promise<boolean> {
    if (this.preferences === null) return Promise.resolve(false)
    const next = change(this.preferences)
    this.preferences = next
    this.saved = false
    this.#line = this.#line.then(() => this.#save(next))
    return this.#line
  }

  async #save(next: NotificationPreferences): Promise<boolean> {
    const done = await this.try(async () => {
      const answer = await api.setNotificationPreferences(wish(next))
      if (this.preferences !== next) return
      this.preferences = answer
      this.saved = true
    }, 'save')
    const why = this.problem
    if (!done && (await this.loadPreferences())) this.problem = why
    return done
  }
}

/** What is shown, as it is sent: the server takes all of it at once. */
function wish(shown: NotificationPreferences): NotificationPreferencesWish {
  return {
    choices: shown.kinds.flatMap(({ kind, channels }) => channels.map(({ channel, on }) => ({ kind, channel, on }))),
    quiet_from: shown.quiet_from,
    quiet_until: shown.quiet_until,
    in_quiet_hours: shown.kinds.filter((one) => one.in_quiet_hours).map((one) => one.kind),
    language: shown.language,
  }
}

export const notifications = new Notifications()
