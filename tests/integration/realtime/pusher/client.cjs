// The real pusher-js, told what to do line by line on its input; says what happens to it as JSON lines.
// node client.cjs WEB_FOLDER KEY PORT BEARER
const { createRequire } = require('node:module')
const { createInterface } = require('node:readline')

const [, , web, key, port, bearer] = process.argv
const Pusher = createRequire(`${web}/package.json`)('pusher-js')
const say = (what, more = {}) => console.log(JSON.stringify({ what, ...more }))

const pusher = new Pusher(key, {
  cluster: '',
  wsHost: '127.0.0.1',
  wsPort: Number(port),
  forceTLS: false,
  enabledTransports: ['ws'],
  enableStats: false,
  activityTimeout: 300,
  pongTimeout: 2000,
  channelAuthorization: {
    endpoint: `http://127.0.0.1:${port}/broadcasting/auth`,
    transport: 'ajax',
    headers: { Authorization: `Bearer ${bearer}` },
  },
})
pusher.connection.bind('state_change', ({ current }) => say('state', { state: current, socket_id: pusher.connection.socket_id }))
pusher.connection.bind('error', (error) => say('error', { code: error?.data?.code ?? error?.error?.data?.code ?? null }))
pusher.connection.bind('message', ({ event }) => {
  if (event === 'pusher:pong' || event === 'pusher:ping') say(event)
})

const verbs = {
  subscribe(name) {
    const channel = pusher.subscribe(name)
    channel.bind('pusher:subscription_succeeded', () => say('subscribed', { channel: name }))
    channel.bind('pusher:subscription_error', ({ status }) => say('not subscribed', { channel: name, status }))
    channel.bind_global((event, body) => {
      if (!event.startsWith('pusher:')) say('event', { channel: name, event, body })
    })
  },
  unsubscribe: (name) => pusher.unsubscribe(name),
  trigger: (name) => pusher.channel(name).trigger('client-hello', { to: 'everybody' }),
}
createInterface({ input: process.stdin })
  .on('line', (line) => {
    const [verb, name] = line.split(' ')
    verbs[verb](name)
  })
  .on('close', () => process.exit(0))
