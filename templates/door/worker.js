{% autoescape off %}// Keeps the scanner's page and what it is made of, so that it opens without a network.
const KEPT = "door-{{ version }}";
// Pages are put there by themselves as soon as they are open; no version of their parts clears them.
const PAGES = "scanner-pages";
const FILES = [{% for file in files %}"{{ file }}", {% endfor %}];

self.addEventListener("install", (event) => {
  event.waitUntil((async () => {
    const kept = await caches.open(KEPT);
    await kept.addAll(FILES.map((file) => new Request(file, { cache: "reload" })));
    await self.skipWaiting();
  })());
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) {
      if (name.startsWith("door-") && name !== KEPT) await caches.delete(name);
    }
    await self.clients.claim();
  })());
});

// The page itself from the network while there is one, its parts as they were kept. Calls of the
// API are none of our business: the page knows what to do without an answer.
self.addEventListener("fetch", (event) => {
  const address = new URL(event.request.url);
  if (event.request.method !== "GET" || address.origin !== location.origin) return;
  if (FILES.includes(address.pathname)) {
    event.respondWith(caches.match(event.request).then((found) => found || fetch(event.request)));
  } else if (/\/door\/[-\w]+\/$/.test(address.pathname)) {
    event.respondWith(page(event.request, address.pathname));
  }
});

async function page(request, path) {
  const kept = await caches.open(PAGES);
  try {
    const answer = await fetch(request);
    if (answer.ok) await kept.put(path, answer.clone());
    return answer;
  } catch (error) {
    const found = await kept.match(path);
    if (found) return found;
    throw error;
  }
}
{% endautoescape %}
