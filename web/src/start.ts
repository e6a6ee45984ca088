/** Starts the app in the page and its service worker. */
import { mount } from 'svelte'
import { loadMore } from './links/texts'
import { startWorker } from './links/worker'
import App from './screens/App.svelte'
import { boot } from './rooms/app.svelte'

boot()
const target = document.getElementById('app')
if (target !== null) mount(App, { target })
startWorker()
void loadMore()
