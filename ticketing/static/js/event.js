/*
 * What a browser adds to the page of an event: the beginning by its own clock, its own way of
 * sharing, and tickets that stay as they are now. All words are the page's.
 */

const EVERY = 15_000; // milliseconds between two looks at the tickets

for (const line of document.querySelectorAll("[data-own-time]")) {
  const moment = new Date(line.dataset.ownTime);
  const said = (timeZone) =>
    new Intl.DateTimeFormat(document.documentElement.lang, {
      weekday: "short",
      day: "numeric",
      month: "short",
      hour: "2-digit",
      minute: "2-digit",
      hourCycle: "h23",
      timeZone,
    }).format(moment);
  if (said() !== said(line.dataset.zone)) {
    line.querySelector("span").textContent = said();
    line.hidden = false;
  }
}

for (const button of document.querySelectorAll("[data-share]")) {
  if (!navigator.share) continue;
  button.hidden = false;
  button.addEventListener("click", () => {
    const { share: url, title } = button.dataset;
    navigator.share({ title, url }).catch(() => {}); // somebody thought better of it
  });
}

for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) continue;
  button.closest("li").hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.textContent = button.dataset.done;
  });
}

// The way to the tickets is shown where they are not.
const bar = document.querySelector("[data-bar]");
if (bar) {
  const seen = new IntersectionObserver(([{ isIntersecting }]) => {
    bar.inert = isIntersecting;
  });
  seen.observe(document.querySelector("#tickets"));
}

// Who chose other money once sees its prices here too.
const [, money] = document.cookie.match(/\bin_currency=([A-Z]{3})/) ?? [];

for (const part of document.querySelectorAll("[data-live]")) {
  if (money && !part.dataset.live.includes("?")) part.dataset.live += `?in=${money}`;
  keepFresh(part);
}

function keepFresh(part) {
  let shown;
  let timer;

  const look = async () => {
    try {
      const answer = await fetch(part.dataset.live);
      const text = answer.ok ? await answer.text() : shown;
      const fresh = document.createRange().createContextualFragment(text ?? "");
      // The page itself may be older than the first answer: they are compared by their words.
      const isOther = shown === undefined ? wordsOf(fresh) !== wordsOf(part) : text !== shown;
      if (text !== undefined && isOther && !part.contains(document.activeElement)) {
        keepChoice(part, fresh);
        part.replaceChildren(fresh);
        part.dispatchEvent(new Event("change", { bubbles: true }));
      }
      shown = text;
    } catch {
      // Away for a moment; what is shown stays.
    }
  };
  const begin = () => {
    clearInterval(timer);
    if (document.hidden) return;
    look();
    timer = setInterval(look, EVERY);
  };
  document.addEventListener("visibilitychange", begin);
  begin();
}

function wordsOf(node) {
  return node.textContent.replace(/\s+/g, " ").trim();
}

// What somebody has chosen or typed stays, as far as it can still be had.
function keepChoice(part, fresh) {
  for (const field of part.querySelectorAll("[name]:not(button)")) {
    const same = fresh.querySelector(`[name="${field.name}"]`);
    const value = field.value;
    if (same?.options && ![...same.options].some((option) => option.value === value)) continue;
    if (same) same.value = value;
  }
  if (part.querySelector("details[open]")) fresh.querySelector("details")?.setAttribute("open", "");
}
