// What a ticket's code says, believed only if one of the event's keys signed it. The layout is that
// of bookings/domain/codes.py; both are held against tests/bookings/vectors/ticket_codes.json.
const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
const PAYLOAD = 33;
const SIGNATURE = 64;
const LONGEST = 300;
export const EPOCH = Date.UTC(2024, 0, 1) / 1000;

export class CodeUnreadable extends Error {}

export function fromBase45(text) {
  const bytes = [];
  for (let index = 0; index < text.length; index += 3) {
    const digits = [...text.slice(index, index + 3)].map((one) => DIGITS.indexOf(one));
    const length = digits.length - 1;
    const number = digits.reduceRight((sum, digit) => sum * 45 + digit, 0);
    if (digits.includes(-1) || length === 0 || number >= 256 ** length) throw new CodeUnreadable();
    if (length === 2) bytes.push(number >> 8);
    bytes.push(number & 255);
  }
  return new Uint8Array(bytes);
}

// `keys`: by number, the 32 bytes of each.
export async function readCode(text, keys, verify = verified) {
  if (text.length > LONGEST) throw new CodeUnreadable();
  const data = fromBase45(text);
  if (data.length !== PAYLOAD + SIGNATURE || data[0] !== 1) throw new CodeUnreadable();
  const payload = data.slice(0, PAYLOAD);
  const key = keys.get(data[1]);
  if (!key || !(await verify(data.slice(PAYLOAD), payload, key))) throw new CodeUnreadable();
  const view = new DataView(payload.buffer);
  return {
    key: data[1],
    event: view.getUint32(2),
    ticket: uuid(payload.slice(6, 22)),
    generation: view.getUint16(22),
    notBefore: view.getUint32(24),
    notAfter: view.getUint32(28),
    flags: data[32],
  };
}

export function claimedEvent(text) {
  const data = fromBase45(text.slice(0, 9));
  return new DataView(data.buffer).getUint32(2);
}

function uuid(bytes) {
  const hex = [...bytes].map((one) => one.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

// The browser's own Ed25519, or ours where it has none.
export async function verified(signature, payload, key) {
  let imported;
  try {
    imported = await crypto.subtle.importKey("raw", key, { name: "Ed25519" }, false, ["verify"]);
  } catch {
    return verifiedByUs(signature, payload, key);
  }
  return crypto.subtle.verify({ name: "Ed25519" }, imported, signature, payload);
}

export async function verifiedByUs(signature, payload, key) {
  const { verifyAsync } = await import("./vendor/ed25519.js");
  return verifyAsync(signature, payload, key, { zip215: false });
}
