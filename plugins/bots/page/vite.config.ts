import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

export default defineConfig({
  root: import.meta.dirname,
  base: '/bots/',
  plugins: [react()],
  // The project's root has another react, of its test runner; RJSF lies there and must use ours.
  resolve: { dedupe: ['react', 'react-dom', '@mantine/core', '@mantine/hooks'] },
  build: {
    target: 'es2022',
    // Data addresses are for images only: the policy lets nothing else in.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    emptyOutDir: true,
    chunkSizeWarningLimit: 2_000,
  },
})
