// A certified OpenID provider (npm `oidc-provider`), unchanged, with its own login pages.
// Told as one JSON word: port, keys (private JWKs), clients, accounts (login -> claims). Says "ready" when it listens.
// A client with a backchannel_logout_uri is told there when somebody signs out.
import Provider from 'oidc-provider'

const { port, keys, clients, accounts } = JSON.parse(process.argv[2])
const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients,
  jwks: { keys },
  cookies: { keys: ['only for tests'] },
  claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
  features: { backchannelLogout: { enabled: true } },
  // Who it tells of logouts is on this machine, where it would not go by itself.
  fetch: (url, { dispatcher: _, ...options }) => fetch(url, options),
  findAccount: (_, sub) => ({ accountId: sub, claims: () => ({ sub, ...accounts[sub] }) }),
})
provider.listen(port, '127.0.0.1', () => console.log('ready'))
// It ends with whoever started it.
process.stdin.resume()
process.stdin.on('end', () => process.exit(0))
