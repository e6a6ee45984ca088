// What imports this is shown to who is signed in, and waits here for its texts.
import { loadInside } from '../src/links/texts'

await loadInside()
export { getRuntime, getRuntime as getRuntimeRx } from '../src/links/texts'
