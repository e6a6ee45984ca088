/** How many notifications are unread, missed calls among them, on the icon of the installed app. */
import { notifications } from './notifications.svelte'

class Badge {
  #stop: (() => void) | null = null

  start(): void {
    if (!('setAppBadge' in navigator)) return
    const set = (count: number): void => void (count > 0 ? navigator.setAppBadge(count) : navigator.clearAppBadge()).catch(() => undefined)
    const following = $effect.root(() => {
      $effect(() => set(notifications.unread))
    })
    this.#stop ??= () => {
      following()
      set(0)
    }
  }

  stop(): void {
    this.#stop?.()
    this.#stop = null
  }
}

export const badge = new Badge()
