/** Svelte 5 with runes everywhere; no legacy reactivity. */
export default { compilerOptions: { runes: true } }
