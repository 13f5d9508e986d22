// Who comes in when there is no network: by signature, window, dead codes, and what this scanner
// knows of who came in. The server has the last word when the scan is sent.
import { CodeUnreadable, EPOCH, claimedEvent, readCode } from "./codes.js";
import * as store from "./store.js";

const TOLERANCE = 120; // seconds
const OLDEST_LIST = 12 * 3600 * 1000;

// `seen`: {code, at (of the server's clock, milliseconds), list, direction}.
export async function judge(slug, door, seen) {
  const keys = new Map(door.keys.map((one) => [one.number, bytes(one.public_key)]));
  let read;
  try {
    read = await readCode(seen.code, keys);
  } catch (error) {
    if (!(error instanceof CodeUnreadable)) throw error;
    return { reason: isOfAnother(seen.code, door) ? "wrong_event" : "unknown_code" };
  }
  if (read.event !== door.event.number) return { reason: "wrong_event" };
  const list = door.lists.find((one) => one.id === seen.list) || door.lists[0];
  const reason = await refusal(slug, door, read, list, seen);
  if (reason) return { ticket: read.ticket, ...reason };
  if (Date.now() - door.kept_at > OLDEST_LIST) return { ticket: read.ticket, check: "list_too_old" };
  const isAnybody = list.ticket_types === null;
  return { ticket: read.ticket, list: list.id, is_in: true, check: isAnybody ? "" : "type_unknown" };
}

function isOfAnother(code, door) {
  try {
    return code.length === 146 && claimedEvent(code) !== door.event.number;
  } catch {
    return false;
  }
}

async function refusal(slug, door, read, list, seen) {
  if (door.event.is_cancelled) return { reason: "event_cancelled" };
  const moment = seen.at / 1000 - EPOCH;
  if (moment + TOLERANCE < read.notBefore) return { reason: "not_yet" };
  if (moment - TOLERANCE > read.notAfter) return { reason: "too_late" };
  const dead = await store.get("revoked", `${slug}/${read.ticket}`);
  if (dead !== undefined && read.generation <= dead) return { reason: "revoked" };
  const used = await store.get("used", `${slug}/${list.id}/${read.ticket}`);
  if (seen.direction === "out") return used?.kind === "in" || !used ? null : { reason: "not_inside" };
  if (list.opens_at && seen.at + TOLERANCE * 1000 < Date.parse(list.opens_at)) return { reason: "not_yet" };
  if (list.closes_at && seen.at - TOLERANCE * 1000 >= Date.parse(list.closes_at)) return { reason: "too_late" };
  const isUsed = used?.kind === "in" || (used?.kind === "out" && list.entries === "once");
  if (isUsed && list.entries !== "many") return { reason: "already_used", first_at: used.at, gate: used.gate };
  return null;
}

function bytes(base64) {
  return Uint8Array.from(atob(base64), (one) => one.charCodeAt(0));
}
