import js from "@eslint/js";
import ts from "typescript-eslint";
import hooks from "eslint-plugin-react-hooks";

const forbid = (patterns) => ["error", { patterns: patterns.map(([group, message]) => ({ group, message })) }];
const noTauri = [["@tauri-apps/*"], "only ipc/tauriHost.ts talks to Tauri"];

// walls: pages → state → ipc, pages → components → words
export default ts.config(
  { ignores: ["dist", "dist-browser", "src/ipc/bindings"] },
  js.configs.recommended,
  ...ts.configs.strict,
  {
    plugins: { "react-hooks": hooks },
    rules: {
      ...hooks.configs.recommended.rules,
      "no-restricted-imports": forbid([noTauri]),
      "@typescript-eslint/consistent-type-imports": "error",
    },
  },
  { files: ["src/pages/**"], rules: { "no-restricted-imports": forbid([noTauri, [["../*/*Page", "../../pages/*"], "a page never imports another page"], [["**/ipc/tauriHost", "**/ipc/fakeHost", "**/ipc/bindings/*"], "pages ask state, not the host"]]) } },
  { files: ["src/components/**"], rules: { "no-restricted-imports": forbid([noTauri, [["**/pages/*", "**/state/*", "**/ipc/tauriHost", "**/ipc/fakeHost", "**/ipc/chosenHost", "**/ipc/bindings/*"], "components are dumb: they take what they show; of ipc they know the shapes only"]]) } },
  { files: ["src/words/**"], rules: { "no-restricted-imports": forbid([noTauri, [["**/pages/*", "**/state/*", "**/components/*"], "words know nobody"]]) } },
  { files: ["src/state/**"], rules: { "no-restricted-imports": forbid([noTauri, [["**/pages/*", "**/components/*"], "state draws nothing"]]) } },
  { files: ["src/ipc/tauriHost.ts"], rules: { "no-restricted-imports": "off" } },
);
