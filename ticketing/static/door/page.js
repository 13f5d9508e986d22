// The scanner: asks the server while there is a network, decides by itself when there is none, and
// sends what it decided as soon as it can.
import { startCamera } from "./camera.js";
import { judge } from "./judge.js";
import { Away, Refused, Server } from "./server.js";
import { allowSound, hide, isKnown, say, show, time } from "./show.js";
import * as store from "./store.js";

const { slug, api, worker } = document.body.dataset;
const POLL = 20_000; // milliseconds
const OLD_LIST = 15; // minutes
const AT_ONCE = 100; // scans in one upload
const WRONG_CLOCK = 60; // seconds
const element = (id) => document.getElementById(id);
let server;
let door; // what the server said last, with kept_at and late_by of this phone's clock
let isOnline; // not known before the server was asked
let syncing;

async function start() {
  if ("serviceWorker" in navigator) keepPage().catch(() => {});
  const brought = decodeURIComponent(location.hash.slice(1));
  if (brought.startsWith("door_")) {
    await forget();
    await store.put("doors", slug, { token: brought });
    history.replaceState(null, "", location.pathname);
  }
  const kept = await store.get("doors", slug);
  element("not-set-up").hidden = Boolean(kept);
  element("scanning").hidden = !kept;
  if (!kept) return tell("");
  server = new Server(api, kept.token);
  door = kept.door;
  if (door) draw();
  await refresh();
  setInterval(refresh, POLL);
  addEventListener("online", refresh);
}

// The worker sees only what is opened after it: this page keeps itself, once its parts are kept.
async function keepPage() {
  await navigator.serviceWorker.register(worker);
  await navigator.serviceWorker.ready;
  await (await caches.open("scanner-pages")).add(location.pathname);
}

async function forget() {
  await store.remove("doors", slug);
  await Promise.all(["revoked", "used"].map((name) => store.clear(name, `${slug}/`)));
}

function tell(text) {
  element("state").textContent = text;
}

// --- What the server knows -------------------------------------------------------------------
function refresh() {
  syncing ??= refreshOnce().finally(() => (syncing = undefined));
  return syncing;
}

async function refreshOnce() {
  try {
    await send();
    do {
      await take(await server.call(`/door?since=${door?.seq ?? 0}`));
    } while (door.has_more);
    isOnline = true;
  } catch (error) {
    if (error instanceof Refused) return switchedOff(error);
    if (!(error instanceof Away)) throw error;
    isOnline = false;
  } finally {
    if (door) await draw();
  }
}

async function take(said) {
  const dead = new Map();
  for (const one of said.revocations) {
    dead.set(one.ticket, Math.max(dead.get(one.ticket) ?? 0, one.generation));
  }
  await store.putAll("revoked", [...dead].map(([ticket, most]) => [`${slug}/${ticket}`, most]));
  const lateBy = Date.parse(said.server_time) - Date.now();
  door = { ...said, revocations: [], kept_at: Date.now(), late_by: lateBy };
  await store.put("doors", slug, { token: server.token, door });
}

async function switchedOff(error) {
  if (error.problem.status !== 401 && error.problem.status !== 404) return;
  await forget();
  element("scanning").hidden = true;
  element("not-set-up").hidden = false;
  tell(say("ended"));
}

// Scans that were made without a network, the oldest first; each is kept here until it is there.
async function send() {
  for (;;) {
    const scans = await store.all("scans", `${slug}/`, AT_ONCE);
    if (!scans.length) return;
    const said = await server.call("/checkins/batch", {
      device_time: new Date().toISOString(),
      scans,
    });
    for (const one of said.results) {
      if (one.result === "conflict") conflict(one);
      await store.remove("scans", `${slug}/${one.nonce}`);
    }
  }
}

function conflict(one) {
  const line = document.createElement("p");
  line.textContent = one.first_at
    ? say("conflict", { serial: one.serial, time: time(one.first_at), gate: one.gate })
    : say("conflict_other", { time: time(one.at), reason: say(one.reason) });
  element("conflicts").prepend(line);
}

// --- One scan --------------------------------------------------------------------------------
async function scanned(code, ticket) {
  hide();
  const list = element("list").value;
  const direction = element("direction").value;
  const seen = { nonce: crypto.randomUUID(), scanned_at: new Date().toISOString(), direction };
  if (list) seen.list = list;
  Object.assign(seen, ticket ? { ticket } : { code });
  try {
    if (isOnline === false && code) throw new Away();
    const said = await server.call("/checkins", seen);
    await admitted(said, seen);
  } catch (error) {
    if (error instanceof Refused) await refused(error.problem);
    else if (error instanceof Away && code) await withoutNetwork(seen);
    else if (error instanceof Away) show("check", { word: say("check"), detail: say("no_network") });
    else throw error;
  }
}

async function remember(list, ticket, kind, at, gate) {
  await store.put("used", `${slug}/${list}/${ticket}`, { kind, at, gate });
}

async function admitted(said, seen) {
  await remember(said.list, said.ticket, said.direction, said.at, said.gate);
  show("admitted", {
    word: say(seen.direction === "out" ? "out" : "admitted"),
    detail: said.attendee || said.serial,
    more: said.ticket_type_name,
    undo: seen.direction === "in" ? () => undo(said) : undefined,
  });
  refresh();
}

async function refused(problem) {
  if (problem.status === 401) return switchedOff({ problem });
  if (problem.code === "already_used") {
    await remember(problem.list, problem.ticket, "in", problem.first_at, problem.gate);
    return show("refused", {
      word: say("already_used"),
      detail: say("first", { time: time(problem.first_at), gate: problem.gate }),
      more: [problem.attendee, problem.ticket_type_name].filter(Boolean).join(" · "),
    });
  }
  show("refused", {
    word: say("no"),
    detail: isKnown(problem.code) ? say(problem.code) : problem.detail,
    more: [problem.attendee, problem.ticket_type_name].filter(Boolean).join(" · "),
  });
}

async function withoutNetwork(seen) {
  isOnline = false;
  if (!door) return show("check", { word: say("check"), detail: say("no_network") });
  const at = Date.now() + door.late_by;
  const found = await judge(slug, door, { ...seen, at });
  if (found.is_in) {
    await store.put("scans", `${slug}/${seen.nonce}`, seen);
    await remember(found.list, found.ticket, seen.direction, new Date(at).toISOString(), door.device.gate);
  }
  if (found.reason === "already_used") {
    const first = { time: time(found.first_at), gate: found.gate };
    show("refused", { word: say("already_used"), detail: say("first", first) });
  } else if (found.reason) {
    show("refused", { word: say("no"), detail: say(found.reason) });
  } else if (found.check) {
    show("check", { word: say("check"), detail: say(found.check), more: say("offline") });
  } else {
    const word = say(seen.direction === "out" ? "out" : "admitted");
    show("admitted", { word, more: say("offline") });
  }
  await draw();
}

// --- What the supervisor does ----------------------------------------------------------------
async function withPin(act) {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof Refused) || error.problem.code !== "pin_needed") throw error;
  }
  const dialog = element("pin-dialog");
  element("pin").value = "";
  dialog.showModal();
  await new Promise((resolve) => dialog.addEventListener("close", resolve, { once: true }));
  server.pin = element("pin").value;
  return act();
}

function failed(error) {
  const detail = error instanceof Refused ? error.problem.detail : say("no_network");
  show("check", { word: say("failed"), detail });
}

async function undo(said) {
  const body = { ticket: said.ticket, list: said.list, nonce: crypto.randomUUID() };
  try {
    await withPin(() => server.call("/checkins/undo", body));
    await store.remove("used", `${slug}/${said.list}/${said.ticket}`);
    show("check", { word: say("undone"), detail: said.attendee || said.serial });
    await refresh();
  } catch (error) {
    failed(error);
  }
}

async function lookUp(words) {
  const list = element("list").value;
  const query = new URLSearchParams(list ? { q: words, list } : { q: words });
  try {
    const said = await withPin(() => server.call(`/door/search?${query}`));
    element("found").replaceChildren(...said.results.map(line));
    if (!said.results.length) element("found").textContent = say("nobody");
  } catch (error) {
    failed(error);
  }
}

function line(one) {
  const item = document.createElement("li");
  const words = document.createElement("span");
  words.textContent = [one.attendee, one.serial, one.ticket_type_name].filter(Boolean).join(" · ");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button button--quiet";
  button.textContent = say("let_in");
  button.setAttribute("aria-label", `${say("let_in")}: ${words.textContent}`);
  button.addEventListener("click", () => scanned("", one.ticket));
  item.append(words, button);
  if (one.last === "in") {
    const first = document.createElement("em");
    first.textContent = `${say("already_used")} ${time(one.last_at)}, ${one.gate}`;
    item.append(first);
  }
  return item;
}

// --- What is on the screen -------------------------------------------------------------------
async function draw() {
  element("title").textContent = door.event.title;
  const clock = Math.round(door.late_by / 1000);
  const wrong = Math.abs(clock) > WRONG_CLOCK ? ` · ${say("clock", { seconds: -clock })}` : "";
  if (isOnline !== undefined) {
    tell(say(isOnline ? "online" : "no_network") + wrong);
    document.body.dataset.online = isOnline;
  }
  drawLists();
  drawTotals();
  const minutes = Math.floor((Date.now() - door.kept_at) / 60_000);
  element("age").textContent = say(minutes >= OLD_LIST ? "old" : "age", { minutes });
  element("age").classList.toggle("is-old", minutes >= OLD_LIST);
  const waiting = await store.count("scans", `${slug}/`);
  element("waiting").textContent = waiting ? say("waiting", { count: waiting }) : "";
}

function drawLists() {
  const select = element("list");
  const wanted = ["", ...door.lists.map((one) => one.id)].join();
  if (select.dataset.ids === wanted) return;
  const chosen = select.value;
  const any = new Option(say("any_list"), "");
  select.replaceChildren(any, ...door.lists.map((one) => new Option(one.name, one.id)));
  select.value = chosen || (door.lists.length === 1 ? door.lists[0].id : "");
  select.dataset.ids = wanted;
}

function drawTotals() {
  const chosen = element("list").value;
  const totals = door.totals.filter((one) => !chosen || one.list === chosen);
  const came = totals.reduce((sum, one) => sum + one.came_in, 0);
  const lists = door.lists.filter((one) => !chosen || one.id === chosen);
  element("inside").textContent = came;
  element("of").textContent = say("of", { count: lists.reduce((sum, one) => sum + one.expected, 0) });
  const rows = totals.map((one) => {
    const row = document.createElement("tr");
    const gate = document.createElement("th");
    gate.scope = "row";
    gate.textContent = one.gate;
    row.append(gate);
    for (const number of [one.came_in, one.went_out, one.conflicts]) {
      row.insertCell().textContent = number;
    }
    return row;
  });
  element("totals").tBodies[0].replaceChildren(...rows);
}

element("camera").addEventListener("click", async () => {
  allowSound();
  try {
    await startCamera(element("video"), (code) => scanned(code));
    element("camera").hidden = true;
    navigator.wakeLock?.request("screen").catch(() => {});
  } catch {
    element("no-camera").hidden = false;
  }
});
element("typed").addEventListener("submit", (event) => {
  event.preventDefault();
  allowSound();
  const code = element("code").value.replace(/[\r\n\t]/g, "");
  element("code").value = "";
  if (code) scanned(code);
});
element("search").addEventListener("submit", (event) => {
  event.preventDefault();
  lookUp(element("name").value);
});
element("list").addEventListener("change", draw);
element("leave").addEventListener("click", async () => {
  await forget();
  location.reload();
});
// A scanner on the keyboard types wherever it is: what it types goes to its field.
addEventListener("keydown", (event) => {
  const isElsewhere = !event.target.closest?.("input, select, button, a, dialog, textarea");
  if (isElsewhere && event.key.length === 1 && !event.ctrlKey && !event.metaKey) {
    element("code").focus();
  }
});

start();
