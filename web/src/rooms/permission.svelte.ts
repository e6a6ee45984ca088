/**
 * The browser's permission to show notifications of this app outside of it. Asked for at the moment of use, after the
 * reason was read: a browser asks only once, and one who was asked without a reason says no for good.
 */

/** `missing`: this browser has none, or only once the app is on the home screen. */
export type PermissionState = 'ask' | 'granted' | 'denied' | 'missing'

const read = (): PermissionState => {
  if (typeof Notification === 'undefined') return 'missing'
  return Notification.permission === 'default' ? 'ask' : Notification.permission
}

class NotificationPermission {
  state = $state<PermissionState>(read())
  /** The user put the question off, until the app is opened again. */
  later = $state(false)

  /** Only from a click: browsers ignore the question otherwise. */
  async ask(): Promise<PermissionState> {
    if (this.state === 'ask') await Notification.requestPermission().catch(() => undefined)
    return this.look()
  }

  /** What the user changed in the browser's own settings is seen when they come back. */
  look(): PermissionState {
    this.state = read()
    return this.state
  }
}

export const permission = new NotificationPermission()
