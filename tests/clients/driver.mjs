// pusher-js, laravel-echo and Node's pusher, unchanged, told what to do by JSON lines; says what happens as JSON lines.
// node driver.mjs '{"host":"127.0.0.1","port":1,"app_id":"1","key":"k","secret":"s","master_key":"base64"}'
import { createInterface } from 'node:readline'
import Echo from 'laravel-echo'
import Server from 'pusher'
import PusherJs from 'pusher-js'

const at = JSON.parse(process.argv[2])
const tls = Boolean(at.authority)
const say = (as, what, more = {}) => console.log(JSON.stringify({ as, what, ...more }))
const server = new Server({
  appId: at.app_id, key: at.key, secret: at.secret, host: at.host, port: String(at.port), useTLS: tls,
  encryptionMasterKeyBase64: at.master_key,
})

const clients = {}
const echoes = {}
const signed = (user) => ({ user_id: user, user_info: { name: `The ${user}` } })

function options({ user, bearer, watchlist, auth_port: port = at.port }) {
  const base = {
    cluster: '', wsHost: at.host, wsPort: at.port, wssPort: at.port, forceTLS: tls,
    enabledTransports: tls ? ['ws', 'wss'] : ['ws'], enableStats: false,
  }
  if (bearer) {
    const headers = { Authorization: `Bearer ${bearer}` }
    const place = `${tls ? 'https' : 'http'}://${at.host}:${port}/broadcasting`
    return {
      ...base,
      channelAuthorization: { endpoint: `${place}/auth`, transport: 'ajax', headers },
      userAuthentication: { endpoint: `${place}/user-auth`, transport: 'ajax', headers },
    }
  }
  return {
    ...base,
    channelAuthorization: {
      customHandler: ({ socketId, channelName }, done) =>
        done(null, server.authorizeChannel(socketId, channelName, channelName.startsWith('presence-') ? signed(user) : undefined)),
    },
    userAuthentication: {
      customHandler: ({ socketId }, done) => done(null, server.authenticateUser(socketId, { id: user, ...(watchlist ? { watchlist } : {}) })),
    },
  }
}

function watch(as, pusher) {
  clients[as] = pusher
  pusher.connection.bind('state_change', ({ current }) => say(as, 'state', { state: current, socket_id: pusher.connection.socket_id }))
  pusher.connection.bind('error', (error) => say(as, 'error', { code: error?.data?.code ?? error?.error?.data?.code ?? null }))
  pusher.user.bind_global((event, body) => say(as, 'to user', { event, body }))
  pusher.user.watchlist.bind_global((event, { user_ids: users }) => say(as, 'watched', { event, users }))
  pusher.connection.bind('message', ({ event }) => event === 'pusher:signin_success' && say(as, 'signed in'))
}

const people = (members) => {
  const found = []
  members.each((member) => found.push(member))
  return found
}

const verbs = {
  connect(one) {
    watch(one.as, new PusherJs(at.key, options(one)))
  },
  subscribe({ as, channel: name }) {
    const channel = clients[as].subscribe(name)
    channel.bind('pusher:subscription_succeeded', (told) =>
      say(as, 'subscribed', { channel: name, members: told?.each ? people(told) : null, me: told?.me ?? null }))
    channel.bind('pusher:subscription_error', ({ status, type }) => say(as, 'not subscribed', { channel: name, status, type }))
    channel.bind('pusher:member_added', (member) => say(as, 'joined', { channel: name, member }))
    channel.bind('pusher:member_removed', (member) => say(as, 'left', { channel: name, member }))
    channel.bind('pusher:subscription_count', ({ subscription_count: count }) => say(as, 'count', { channel: name, count }))
    channel.bind('pusher:cache_miss', () => say(as, 'cache miss', { channel: name }))
    channel.bind_global((event, body) => {
      if (!event.startsWith('pusher:') && event !== 'client-typing') say(as, 'event', { channel: name, event, body })
    })
    const typing = 'client-typing' // who says it is told to those alone who bind to it by name
    channel.bind(typing, (body, meta) => say(as, 'event', { channel: name, event: typing, body, by: meta?.user_id ?? null }))
  },
  unsubscribe: ({ as, channel }) => clients[as].unsubscribe(channel),
  whisper: ({ as, channel, event, data }) => clients[as].channel(channel).trigger(event, data),
  signin: ({ as }) => clients[as].signin(),
  disconnect: ({ as }) => clients[as].disconnect(),
  send: ({ as, event, data }) => clients[as].send_event(event, data),
  // As an app would: what was heard last is asked for before pusher-js subscribes anew.
  follow({ as, channel: name }) {
    const pusher = clients[as]
    let last = {}
    let lost = pusher.connection.socket_id
    const ask = () => pusher.send_event('call24:resume', { channel: name, ...last, socket_id: lost })
    pusher.connection.bind('state_change', ({ current }) => {
      if (current === 'connected') {
        ask()
        lost = pusher.connection.socket_id
      }
    })
    ask()
    verbs.subscribe({ as, channel: name })
    const note = ({ epoch, seq }) => { last = { epoch, after: seq } }
    for (const event of ['call24:resumed', 'call24:reload', 'call24:position']) pusher.channel(name).bind(event, note)
  },
  echo(one) {
    const pusher = new PusherJs(at.key, options(one))
    watch(one.as, pusher)
    echoes[one.as] = new Echo({ broadcaster: 'pusher', client: pusher, key: at.key })
  },
  listen: ({ as, channel, event }) => echoes[as].channel(channel).listen(event, (body) => say(as, 'heard', { channel, event, body })),
  private: ({ as, channel, event }) =>
    echoes[as].private(channel)
      .subscribed(() => say(as, 'subscribed', { channel }))
      .error((error) => say(as, 'not subscribed', { channel, status: error.status }))
      .listen(event, (body) => say(as, 'heard', { channel, event, body }))
      .listenForWhisper('typing', (body) => say(as, 'whispered', { channel, body })),
  join: ({ as, channel }) =>
    echoes[as].join(channel)
      .here((all) => say(as, 'here', { channel, all }))
      .joining((one) => say(as, 'joining', { channel, one }))
      .leaving((one) => say(as, 'leaving', { channel, one }))
      .listenForWhisper('typing', (body) => say(as, 'whispered', { channel, body })),
  echo_whisper: ({ as, kind, channel, data }) => echoes[as][kind](channel).whisper('typing', data),
  echo_leave: ({ as, channel }) => echoes[as].leave(channel),
  // The server's library; what it answers is said with `id`.
  async server({ id, call, words }) {
    try {
      const answer = await server[call](...words)
      say('server', 'answer', { id, status: answer.status, body: await answer.text() })
    } catch (error) {
      say('server', 'answer', { id, status: error.status ?? null, body: String(error.body ?? error) })
    }
  },
  webhook({ id, headers, body }) {
    const hook = server.webhook({ headers, rawBody: body })
    say('server', 'answer', { id, valid: hook.isValid(), events: hook.isValid() ? hook.getEvents() : [] })
  },
}
createInterface({ input: process.stdin })
  .on('line', (line) => {
    const one = JSON.parse(line)
    verbs[one.do](one)
  })
  .on('close', () => process.exit(0))
