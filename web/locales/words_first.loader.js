export { getRuntime, getRuntime as getRuntimeRx } from '../src/links/texts'
