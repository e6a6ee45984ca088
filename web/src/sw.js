/**
 * The service worker: keeps the app's shell, so that the app opens fast and without a network, and shows what is pushed
 * to this browser. It never touches the API, the realtime connection, recordings or anything with a token. The build
 * fills in the names of the shell's files.
 */
const NAME = 'call24-shell-__VERSION__'
const SHELL = ["__SHELL__"]

self.addEventListener('install', (event) => {
  event.waitUntil(caches.open(NAME).then((cache) => cache.addAll(SHELL)).then(() => self.skipWaiting()))
})

self.addEventListener('activate', (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter((n) => n.startsWith('call24-shell-') && n !== NAME).map((n) => caches.delete(n))))
      .then(() => self.clients.claim()),
  )
})

self.addEventListener('fetch', (event) => {
  const { request } = event
  const url = new URL(request.url)
  if (request.method !== 'GET' || url.origin !== location.origin || request.headers.has('Authorization')) return
  if (request.mode === 'navigate' && url.pathname === '/') {
    // The newest page if the server answers, else the kept one.
    event.respondWith(fetch(request).catch(() => caches.match('/', { ignoreSearch: true })))
  } else if (SHELL.includes(url.pathname)) {
    event.respondWith(caches.match(url.pathname).then((kept) => kept ?? fetch(request)))
  }
})

/** What a push says, in the language of the app here, or that it could not be read: each push shows something, or the browser ends the subscription. */
function told(event) {
  const unread = { title: 'Call24', body: 'Open the app to see what is new.', tag: 'call24', url: '/', kind: 'unread' }
  try {
    const said = event.data.json()
    return typeof said.title === 'string' && typeof said.tag === 'string' ? said : unread
  } catch {
    return unread
  }
}

async function show(event) {
  const said = told(event)
  const late = said.ringing === true && typeof said.until === 'string' && Date.parse(said.until) < Date.now()
  const rings = said.ringing === true && !late
  // An app that is on the screen rings itself.
  const pages = await self.clients.matchAll({ type: 'window', includeUncontrolled: true })
  const watched = pages.some((page) => page.visibilityState === 'visible' && page.focused)
  const actions = rings ? [{ action: 'answer', title: said.answer ?? 'Answer' }, { action: 'decline', title: said.decline ?? 'Decline' }] : []
  await self.registration.showNotification(late ? (said.missed ?? 'Missed call') : said.title, {
    body: late ? said.title : (said.body ?? ''),
    tag: said.tag,
    icon: '/icon-192.png',
    badge: '/icon-192.png',
    requireInteraction: rings,
    renotify: rings && !watched,
    silent: said.silent === true || watched,
    ...(rings && !watched ? { vibrate: [400, 200, 400, 200, 400] } : {}),
    actions,
    data: { url: said.url ?? '/', call: rings ? said.call_id : null },
  })
}

self.addEventListener('push', (event) => event.waitUntil(show(event)))

/** A click opens the app where it says; the actions of a call are told to it, which acts once it has the call. */
async function open(notification, action) {
  const { url = '/', call = null } = notification.data ?? {}
  const wish = call === null || call === undefined ? null : { call24: action === 'answer' || action === 'decline' ? action : 'open', call }
  const pages = await self.clients.matchAll({ type: 'window', includeUncontrolled: true })
  const inside = new URL(url, location.origin)
  if (inside.origin !== location.origin) inside.href = location.origin
  if (pages[0]) {
    if (wish !== null) pages[0].postMessage(wish)
    else if (inside.hash !== '') pages[0].postMessage({ call24: 'show', place: inside.hash })
    return pages[0].focus()
  }
  if (wish !== null) inside.search = new URLSearchParams(wish).toString()
  return self.clients.openWindow(inside.href)
}

self.addEventListener('notificationclick', (event) => {
  event.notification.close()
  event.waitUntil(open(event.notification, event.action))
})
