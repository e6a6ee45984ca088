/** Opens the phone: in the app for phones together with the system's call screens, in a browser as it is. */
import { shell } from '../links/shell'
import { openPhone as plain } from '../links/sip'

const around = shell()
/** Loaded with this file, so that opening the phone waits for nothing. */
const screens = around === null ? null : await import('./call_screens.svelte')

export const openPhone: typeof plain = (access, on) => (around === null || screens === null ? plain(access, on) : screens.openWithScreens(access, on, around))
