/*
 * Passkeys. A form with data-passkey="create" or "get" asks the device when it is sent, and goes
 * on with what the device answered. What to ask for stands in the page (data-options names a
 * json_script) or is fetched from the form's action. All words are the page's: [data-words].
 * Without this script or without passkeys the forms stay hidden; passwords and codes always work.
 */

const hasPasskeys = Boolean(window.PublicKeyCredential && navigator.credentials);

class NotReached extends Error {}
class TooOften extends Error {}

const WORD_OF = {
  AbortError: "cancelled",
  NotAllowedError: "cancelled",
  InvalidStateError: "known",
  ConstraintError: "unable",
  NotSupportedError: "unable",
  SecurityError: "address",
};

for (const part of document.querySelectorAll("[data-passkeys]")) {
  const form = part.querySelector("form[data-passkey]");
  const missing = part.querySelector("[data-missing]");
  form.hidden = !hasPasskeys;
  if (missing) missing.hidden = hasPasskeys;
  part.querySelector("[data-waiting]")?.remove();
  if (hasPasskeys) prepare(part, form);
}

function prepare(part, form) {
  const button = form.querySelector("button");
  const says = form.querySelector("[data-says]");

  const setBusy = (isBusy) => {
    for (const name of ["aria-busy", "aria-disabled"]) {
      if (isBusy) button.setAttribute(name, "true");
      else button.removeAttribute(name);
    }
  };

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (button.hasAttribute("aria-busy")) return;
    setBusy(true);
    says.textContent = "";
    try {
      const answer = await ask(form.dataset.passkey, await optionsFor(form));
      form.elements.credential.value = JSON.stringify(answer);
      form.submit();
    } catch (error) {
      says.textContent = part.querySelector(`[data-word="${wordFor(error)}"]`).textContent.trim();
      setBusy(false);
    }
  });

  // Whoever comes back to the page as it was left finds a button that works.
  window.addEventListener("pageshow", (event) => event.persisted && setBusy(false));
}

function wordFor(error) {
  if (error instanceof NotReached) return "away";
  if (error instanceof TooOften) return "often";
  return WORD_OF[error?.name] ?? "unknown";
}

async function optionsFor(form) {
  if (form.dataset.options) {
    const data = JSON.parse(document.getElementById(form.dataset.options).textContent);
    return (data.creation_options ?? data.request_options).publicKey;
  }
  let answer;
  try {
    answer = await fetch(form.action, { headers: { Accept: "application/json" } });
  } catch {
    throw new NotReached();
  }
  if (answer.status === 429) throw new TooOften();
  if (!answer.ok) throw new NotReached();
  return (await answer.json()).request_options.publicKey;
}

async function ask(act, options) {
  if (act === "create") {
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON
      ? PublicKeyCredential.parseCreationOptionsFromJSON(options)
      : creationOptions(options);
    return asJSON(await navigator.credentials.create({ publicKey }));
  }
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON
    ? PublicKeyCredential.parseRequestOptionsFromJSON(options)
    : requestOptions(options);
  return asJSON(await navigator.credentials.get({ publicKey }));
}

function asJSON(credential) {
  try {
    return credential.toJSON();
  } catch {
    // An older browser has no toJSON, and that of some password stores does not work.
    return credentialAsJSON(credential);
  }
}

/* What browsers before 2025 leave to the page. */

function bytes(text) {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

function text(buffer) {
  const plain = btoa(String.fromCharCode(...new Uint8Array(buffer)));
  return plain.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function withBytes(credentials = []) {
  return credentials.map((one) => ({ ...one, id: bytes(one.id) }));
}

function creationOptions(options) {
  return {
    ...options,
    challenge: bytes(options.challenge),
    user: { ...options.user, id: bytes(options.user.id) },
    excludeCredentials: withBytes(options.excludeCredentials),
  };
}

function requestOptions(options) {
  return {
    ...options,
    challenge: bytes(options.challenge),
    allowCredentials: withBytes(options.allowCredentials),
  };
}

const PARTS = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];

function credentialAsJSON(credential) {
  const { id, rawId, type, authenticatorAttachment, response } = credential;
  const parts = PARTS.filter((name) => response[name]).map((name) => [name, text(response[name])]);
  return {
    id,
    rawId: text(rawId),
    type,
    authenticatorAttachment: authenticatorAttachment ?? undefined,
    clientExtensionResults: credential.getClientExtensionResults(),
    response: { ...Object.fromEntries(parts), transports: response.getTransports?.() },
  };
}
