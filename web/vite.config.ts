/** Builds the page. It shares the protocol with the server, so files outside `web/` are served too. */
import react from "@vitejs/plugin-react";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

/** No other file of the checkout may be asked for: the stack keeps its keys beside it. */
const SERVED_FOLDERS = [".", "../supabase/functions/_shared", "../node_modules"].map((path) =>
  fileURLToPath(new URL(path, import.meta.url))
);

export default defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  plugins: [react()],
  build: { outDir: "dist", emptyOutDir: true, target: "es2023" },
  server: { fs: { allow: SERVED_FOLDERS } },
});
