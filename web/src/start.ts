/** Starts the app in the page: what anybody sees at once, and who is signed in gets the rest beside it. What can wait comes after that. */
import { mount } from 'svelte'
import { store } from './links/store'
import { loadInside, loadMore } from './links/texts'
import { startWorker } from './links/worker'
import { watchFailures } from './rooms/crashes.svelte'
import { policy } from './rooms/policy.svelte'
import { comeBack } from './rooms/provider.svelte'
import App from './screens/App.svelte'
import { inside } from './screens/inside'

/** Until the first screen is drawn on a slow network, and what it asks of the server is under way. */
const QUIET_MS = 1_500

watchFailures()
void comeBack()
if (store.token() !== null) {
  void loadInside().catch(() => undefined)
  void inside().catch(() => undefined)
  void policy.load()
}
const target = document.getElementById('app')
if (target !== null) {
  target.replaceChildren()
  mount(App, { target })
}

function later(): void {
  startWorker()
  void import('./links/phone_links').then(({ followLaunches }) => followLaunches(), () => undefined)
  void loadMore().catch(() => undefined)
  void inside().catch(() => undefined)
}
const quiet = (): unknown => setTimeout(later, QUIET_MS)
if (document.readyState === 'complete') quiet()
else addEventListener('load', quiet, { once: true })
