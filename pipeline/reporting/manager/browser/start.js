// The page comes to life: numbers lead to their rows, charts are drawn.

async function start() {
  const read = (id) => JSON.parse(document.getElementById(id).textContent);
  const dialog = document.getElementById("rows");
  const texts = read("texts");
  let show = null;
  const ready = unpack(document.getElementById("packed")).then((rows) => { show = explorer(dialog, rows, texts); });
  const open = (where) => ready.then(() => show(where));
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-where]");
    if (button) open(JSON.parse(button.dataset.where));
  });
  watchCharts(read("charts"), open);
  await ready;
  document.documentElement.classList.add("ready");
}

start().catch((problem) => {
  document.getElementById("problem").hidden = false;
  throw problem;
});
