// How the app's files are served: from the bundle, and by whoever serves the folder for a trial.

export const TYPES = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.woff2': 'font/woff2',
};

/** Stricter than what browsers hold every Isolated Web App to. */
export const HEADERS = {
  'content-security-policy':
    "base-uri 'none'; default-src 'self'; object-src 'none'; frame-src 'none'; connect-src 'self' https: wss:; " +
    "script-src 'self' 'wasm-unsafe-eval'; img-src 'self' data:; font-src 'self'; style-src 'self'; form-action 'none'; " +
    "require-trusted-types-for 'script'; trusted-types 'none'; frame-ancestors 'none'",
  'cross-origin-embedder-policy': 'require-corp',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
};
