/*
 * What a browser adds to choosing tickets: the button says how many and what they cost together.
 * All words are the page's; what counts is computed where the form goes.
 */

const written = (button, amount) =>
  new Intl.NumberFormat(document.documentElement.lang === "en" ? "en-US" : document.documentElement.lang, {
    style: "currency",
    currency: button.dataset.currency,
  }).format(amount);

function tell(form) {
  const button = form.querySelector("[data-hold]");
  if (!button) return;
  const chosen = [...form.querySelectorAll(".how-many")].filter((field) => Number(field.value) > 0);
  const count = chosen.reduce((sum, field) => sum + Number(field.value), 0);
  const { one, many, none, free } = button.dataset;
  const words = count === 0 ? none : count === 1 ? one : many.replace("{}", count);
  // Where people name their own price the next page says what it makes.
  const isKnown = chosen.every((field) => field.dataset.price !== "");
  const total = chosen.reduce((sum, field) => sum + field.value * field.dataset.price, 0);
  const price = total === 0 ? free : written(button, total);
  button.textContent = count && isKnown ? `${words} · ${price}` : words;
}

for (const form of document.querySelectorAll(".counter")) {
  form.addEventListener("change", () => tell(form));
  tell(form);
}
addEventListener("pageshow", () => document.querySelectorAll(".counter").forEach(tell));
