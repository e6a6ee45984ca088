// What imports this is loaded when it is asked for, and waits here for the texts of all such parts.
import { loadMore } from '../src/links/texts'

await loadMore()
export { getRuntime, getRuntime as getRuntimeRx } from '../src/links/texts'
