/*
 * While very many want the same places a browser computes something before it goes on. A worker
 * does it, so that the page stays usable. All words are the page's; without this script a button
 * goes on after a while.
 */

for (const form of document.querySelectorAll("[data-challenge]")) {
  const said = form.querySelector("[data-said]");
  const { worker: address, seed, bits } = form.dataset;
  try {
    const worker = new Worker(address);
    worker.addEventListener("message", ({ data }) => {
      form.querySelector("[data-solution]").value = data;
      said.textContent = said.dataset.done;
      form.submit();
    });
    worker.postMessage({ seed, bits: Number(bits) });
    said.textContent = said.dataset.working;
  } catch {
    // Then it is as without a script: the words on the page stand.
  }
}
