/** The app for phones around this page (mobile/): its plugins, where the page was opened in it; null in a browser. */
import type { ShellContact, ShellContactInput } from '../kit/phone_contacts'

export interface Command { command: string; callId: string | null }
/** The plugin call24-telecom: the phone's own call screens, and which server the app is opened from. */
export interface Shell {
  signal(what: { signal: string; callId: string | null; callerName?: string }): Promise<void>
  forgetServer(): Promise<void>
  addListener(name: 'command', heard: (command: Command) => void): Promise<{ remove(): Promise<void> }>
}
interface Contacts {
  pickContact(how: { projection: Record<string, boolean> }): Promise<{ contact: ShellContact }>
  createContact(what: { contact: ShellContactInput }): Promise<unknown>
}

const plugins = (): { Call24Telecom?: Shell; Contacts?: Contacts } =>
  (globalThis as { Capacitor?: { Plugins?: { Call24Telecom?: Shell; Contacts?: Contacts } } }).Capacitor?.Plugins ?? {}

export const shell = (): Shell | null => plugins().Call24Telecom ?? null
export const shellContacts = (): Contacts | null => plugins().Contacts ?? null
