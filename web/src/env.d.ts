/// <reference types="svelte" />
/// <reference types="vite/client" />

declare const __APP_VERSION__: string

interface Call24Probe {
  audio: { spectrum(): Promise<{ peakHz: number; db: number }> }
  phone(): { state: string; call: string | null; watched: string | null }
}

interface Window {
  __call24?: Call24Probe
}
