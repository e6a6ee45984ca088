/**
 * The service worker: keeps the app's shell, so that the app opens fast and without a network. It never touches the API,
 * the realtime connection, recordings or anything with a token. The build fills in the names of the shell's files.
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

self.addEventListener('notificationclick', (event) => {
  event.notification.close()
  event.waitUntil(self.clients.matchAll({ type: 'window' }).then((pages) => (pages[0] ? pages[0].focus() : self.clients.openWindow('/'))))
})
