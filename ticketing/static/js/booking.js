/*
 * What a browser adds to a booking: the time that is left, questions that appear when they are
 * asked, one's own name typed once. All words are the page's; nothing here is needed.
 */

for (const part of document.querySelectorAll("[data-timer]")) count(part);

function count(part) {
  // By the server's clock: this one may be wrong, but it runs as fast.
  const ends = performance.now() + (Date.parse(part.dataset.timer) - Date.parse(part.dataset.now));
  const shown = part.querySelector("[data-countdown]");
  const aloud = part.querySelector("[data-aloud]");
  const said = new Set();

  // Once each, and not every second.
  const say = (seconds, at, words) => {
    if (seconds > at || seconds < at - 30 || said.has(at)) return;
    said.add(at);
    aloud.textContent = words;
  };
  const tick = () => {
    const seconds = Math.max(0, Math.ceil((ends - performance.now()) / 1000));
    const time = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    shown.textContent = part.dataset.left.replace("{}", time);
    shown.hidden = false;
    say(seconds, 300, part.dataset.soon);
    say(seconds, 60, part.dataset.last);
    part.classList.toggle("is-short", seconds <= 60);
    if (seconds > 0) return;
    clearInterval(clock);
    // With all that was typed: the page that comes sends it on when the places are held again.
    document.getElementById("details").submit();
  };
  const clock = setInterval(tick, 1000);
  tick();
}

for (const part of document.querySelectorAll("[data-after]")) {
  const form = part.closest("form");
  const show = () => {
    const given = new FormData(form).getAll(part.dataset.after);
    part.hidden = !given.includes(part.dataset.answer);
  };
  part.querySelector("[data-condition]").hidden = true;
  form.addEventListener("change", show);
  show();
}

// Who comes oneself need not type the name twice.
const mine = document.querySelector("[name=is_coming]");
const first = document.querySelector("[data-first-name]");
if (mine && first) {
  const show = () => {
    first.hidden = mine.checked && !first.querySelector("input").value;
  };
  mine.addEventListener("change", show);
  show();
}

for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).value);
    button.textContent = button.dataset.done;
  });
}
