import { defineConfig } from "vite";
import react from "@vitejs/plugin-react";

// `--mode browser` swaps the host: the same UI runs in a plain browser on recorded answers
export default defineConfig(({ mode }) => ({
  plugins: [react()],
  clearScreen: false,
  define: { __FAKE_HOST__: JSON.stringify(mode === "browser" || mode === "test") },
  server: { port: 5173, strictPort: true, host: "127.0.0.1" },
  preview: { port: 4173, strictPort: true, host: "127.0.0.1" },
  build: { target: "safari15", emptyOutDir: true, sourcemap: false, chunkSizeWarningLimit: 4000 },
  test: { environment: "happy-dom", include: ["src/**/*.test.{ts,tsx}"] },
}));
