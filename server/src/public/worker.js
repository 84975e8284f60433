// Keeps the page that reads cards, and what it needs, for doors without a network. It lies under /scan/, so that a browser lets no other
// page of the portal pass through it.
const CACHE = 'congthe-scan-1';
const ANEW = ['/scan/list', '/.well-known/congthe-keys.json'];

self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));

// the page names what it has loaded; what earlier versions of it left goes
self.addEventListener('message', (event) => {
  const keep = async () => {
    const cache = await caches.open(CACHE);
    const wanted = new Set(event.data.map((name) => new URL(name, location.origin).href));
    for (const request of await cache.keys()) if (!wanted.has(request.url)) await cache.delete(request);
    await cache.addAll([...wanted].map((name) => new Request(name, { cache: 'reload' })));
  };
  const tell = (kept) => event.ports[0].postMessage(kept);
  event.waitUntil(keep().then(() => tell(true), () => tell(false)));
});

const anew = async (request) => {
  const cache = await caches.open(CACHE);
  try {
    const answer = await fetch(request);
    if (answer.ok && (await cache.match(request.url))) await cache.put(request.url, answer.clone());
    return answer;
  } catch (error) {
    const kept = (await cache.match(request.url)) ?? (await cache.match(request.url, { ignoreSearch: true }));
    if (kept) return kept;
    throw error;
  }
};

const kept = async (request) => (await (await caches.open(CACHE)).match(request.url)) ?? fetch(request);

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== location.origin) return;
  if (request.mode === 'navigate' || ANEW.includes(pathname)) event.respondWith(anew(request));
  else if (pathname.startsWith('/assets/')) event.respondWith(kept(request));
});
