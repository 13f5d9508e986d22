/*
 * What a browser adds to looking for events: near me, and more of a list without leaving it.
 * Both work without: by the name of a city, and as a link to the next page.
 */

for (const part of document.querySelectorAll("[data-near]")) {
  if (!navigator.geolocation) continue;
  const form = part.closest("form");
  const says = part.querySelector("[role=status]");
  part.hidden = false;
  part.querySelector("button").addEventListener("click", () => {
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        // About a kilometre: enough to find what is near, and all that anybody is told.
        const rounded = [coords.latitude, coords.longitude].map((degrees) => degrees.toFixed(2));
        form.elements.near.value = rounded.join(",");
        form.elements.city.value = "";
        form.requestSubmit();
      },
      () => {
        says.textContent = says.dataset.refused;
      },
      { maximumAge: 600_000, timeout: 10_000 },
    );
  });
}

// Addresses say only what was asked.
for (const form of document.querySelectorAll("[data-find]")) {
  form.addEventListener("formdata", ({ formData }) => {
    for (const [name, value] of [...formData]) if (!value) formData.delete(name);
    if (!formData.has("near")) formData.delete("radius_km");
  });
}

const shelf = document.querySelector("[data-shelf]");
document.addEventListener("click", async (click) => {
  const link = click.target.closest("[data-more] a");
  if (!link || !shelf || click.ctrlKey || click.metaKey || click.shiftKey) return;
  click.preventDefault();
  if (link.getAttribute("aria-busy")) return;
  link.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(link.href);
    if (!answer.ok) throw new Error(String(answer.status));
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const cards = [...page.querySelector("[data-shelf]").children];
    shelf.append(...cards);
    cards[0]?.querySelector("a").focus();
    const further = page.querySelector("[data-more] a");
    if (further) {
      link.href = further.href;
      link.removeAttribute("aria-busy");
    } else {
      link.closest("[data-more]").remove();
    }
  } catch {
    location.assign(link.href);
  }
});
