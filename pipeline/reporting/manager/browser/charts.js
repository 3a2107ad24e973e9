// The charts of the page: drawn by Vega-Lite when they come into view, clicked to see the rows behind them.

const drawn = new WeakMap();

function watchCharts(charts, show) {
  const seen = new IntersectionObserver((entries) => {
    for (const entry of entries.filter((one) => one.isIntersecting)) {
      seen.unobserve(entry.target);
      draw(entry.target, charts[entry.target.dataset.chart], show);
    }
  }, { rootMargin: "400px" });
  document.querySelectorAll("[data-chart]").forEach((element) => seen.observe(element));
  document.querySelectorAll("[data-unit]").forEach((choice) => {
    choice.addEventListener("change", () => chooseUnit(choice, charts, show));
  });
  window.addEventListener("beforeprint", () => {
    document.querySelectorAll("[data-chart]").forEach((element) => draw(element, charts[element.dataset.chart], show));
  });
}

async function draw(element, spec, show) {
  if (drawn.get(element) === spec) return;
  drawn.set(element, spec);
  // `ast`: expressions are interpreted, so that the page may forbid scripts made from texts.
  const { view } = await vegaEmbed(element, spec, { actions: false, renderer: "svg", ast: true });
  view.addEventListener("click", (event, item) => {
    if (item && item.datum && item.datum.where) show(item.datum.where);
  });
}

function chooseUnit(choice, charts, show) {
  const element = document.getElementById(choice.dataset.unit);
  element.dataset.chart = choice.value;
  draw(element, charts[choice.value], show);
  document.querySelectorAll(`[data-table-of="${element.id}"]`).forEach((table) => {
    table.hidden = table.dataset.chartTable !== choice.value;
  });
}
