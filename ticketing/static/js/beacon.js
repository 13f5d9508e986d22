// Pages come from a cache, so they say themselves that they were looked at: which event, and from
// what kind of place. Nothing is stored here and nothing tells who looks.
const counted = document.querySelector("[data-count-event], [data-count-search]");

function tell(facts) {
  navigator.sendBeacon("/beacon", new URLSearchParams(facts));
}

function tellOfEvent(kind) {
  tell({ kind, event: counted.dataset.countEvent, referrer: document.referrer });
}

if (counted && "sendBeacon" in navigator) {
  if (counted.dataset.countEvent) {
    tellOfEvent("view");
    const tickets = document.querySelector("[data-count-tickets]");
    if (tickets && "IntersectionObserver" in window) {
      const seen = new IntersectionObserver((entries) => {
        if (entries.some((entry) => entry.isIntersecting)) {
          seen.disconnect();
          tellOfEvent("tickets");
        }
      }, { threshold: 0.5 });
      // Only once somebody goes there: on a wide screen the tickets are in view from the start.
      addEventListener("scroll", () => seen.observe(tickets), { once: true, passive: true });
    }
  } else {
    tell({
      words: counted.dataset.countSearch,
      language: document.documentElement.lang,
      is_found: counted.dataset.isFound || "",
    });
  }
}
