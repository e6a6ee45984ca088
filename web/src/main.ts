/** Starts the app in the page and its service worker. */
import './app.css'
import { mount } from 'svelte'
import App from './screens/App.svelte'
import { boot } from './rooms/app.svelte'

boot()
const target = document.getElementById('app')
if (target !== null) mount(App, { target })
if (import.meta.env.PROD && 'serviceWorker' in navigator) void navigator.serviceWorker.register('/sw.js').catch(() => undefined)
