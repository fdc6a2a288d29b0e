import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'

/** Fonts would otherwise be found only once the style sheet is read: the first paint would wait for them twice. */
function preloadFonts(): Plugin {
  return {
    name: 'preload-fonts',
    transformIndexHtml: {
      order: 'post',
      handler: (_html, { bundle }) =>
        Object.keys(bundle ?? {})
          .filter((file) => file.endsWith('.woff2'))
          .map((file) => ({
            tag: 'link',
            attrs: { rel: 'preload', as: 'font', type: 'font/woff2', href: `/${file}`, crossorigin: '' },
            injectTo: 'head' as const,
          })),
    },
  }
}

export default defineConfig({
  plugins: [react(), tailwindcss(), preloadFonts()],
  build: {
    outDir: 'dist',
    assetsDir: 'assets',
    assetsInlineLimit: 0, // the content security policy allows no data: URIs
    modulePreload: { polyfill: false }, // it would be an inline script
    sourcemap: false,
    manifest: true, // `size.mjs` reads from it what a first visit loads
    target: 'es2022',
  },
  server: { proxy: { '/trpc': { target: 'http://127.0.0.1:8000', ws: true } } },
})
