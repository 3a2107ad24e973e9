// The drawer with the rows behind a number: filters, search, pages, export.

function explorer(dialog, rows, texts) {
  const form = dialog.querySelector("form");
  const state = { where: {}, places: [], page: 0, order: { by: "day", down: true } };
  const part = (name) => dialog.querySelector(`[data-part="${name}"]`);
  const fields = [...form.querySelectorAll("[data-field]")];

  fields.filter((field) => field.tagName === "SELECT").forEach((field) => offer(field, rows, texts));
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", (event) => take(event.target));
  part("clear").addEventListener("click", () => show({}));
  part("export").addEventListener("click", () => save(toCsv(rows, state.places, texts.separator), "skarga.csv"));
  part("earlier").addEventListener("click", () => turn(-1));
  part("later").addEventListener("click", () => turn(1));
  part("close").addEventListener("click", () => dialog.close());
  dialog.querySelectorAll("[data-sort]").forEach((button) => button.addEventListener("click", () => sortBy(button)));

  function show(where) {
    state.where = { ...where };
    fields.forEach((field) => { field.value = shown(field.dataset.field); });
    refresh();
    if (!dialog.open) dialog.showModal();
  }

  // What a field shows of the filter: one value; pairs and hidden fields are shown as chips.
  function shown(name) {
    const values = [state.where[name] ?? ""].flat();
    return name === "flags" ? values.find((value) => value !== "complaint") ?? "" : values.length === 1 ? values[0] : "";
  }

  function take(field) {
    const name = field.dataset.field;
    const kept = name === "flags" ? [state.where.flags ?? []].flat().filter((flag) => flag === "complaint") : [];
    state.where[name] = name === "flags" ? [...kept, ...(field.value ? [field.value] : [])] : field.value;
    refresh();
  }

  function refresh() {
    state.places = sorted(rows, matching(rows, state.where), state.order);
    state.page = 0;
    chips();
    part("told").textContent = tell(rows, state.places, texts);
    part("export").disabled = !state.places.length;
    turn(0);
  }

  function turn(step) {
    const last = Math.max(0, Math.ceil(state.places.length / PAGE) - 1);
    state.page = Math.min(last, Math.max(0, state.page + step));
    fillTable(part("rows"), rows, state.places.slice(state.page * PAGE, (state.page + 1) * PAGE), texts);
    part("page").textContent = `${state.page + 1} / ${last + 1}`;
    part("earlier").disabled = state.page === 0;
    part("later").disabled = state.page === last;
    part("scroll").scrollTop = 0;
  }

  function sortBy(button) {
    const by = button.dataset.sort;
    state.order = { by, down: state.order.by === by ? !state.order.down : true };
    dialog.querySelectorAll("[data-sort]").forEach((one) => one.closest("th").removeAttribute("aria-sort"));
    button.closest("th").setAttribute("aria-sort", state.order.down ? "descending" : "ascending");
    refresh();
  }

  function chips() {
    const hidden = Object.entries(state.where).flatMap(([name, wanted]) => {
      const values = [wanted].flat().filter((value) => value !== "");
      return values.filter((value) => shown(name) !== value || !fields.some((field) => field.dataset.field === name))
        .map((value) => chip(name, value));
    });
    part("chips").replaceChildren(...hidden);
  }

  function chip(name, value) {
    const label = name === "flags" ? capital(named(texts, "flags", value)) : `${texts.fields[name] ?? name}: ${named(texts, name, value)}`;
    const button = element("button", `${label} ×`, { type: "button", className: "chip" });
    button.setAttribute("aria-label", `${texts.say.remove}: ${label}`);
    button.addEventListener("click", () => {
      state.where[name] = [state.where[name]].flat().filter((one) => one !== value);
      fields.forEach((field) => { field.value = shown(field.dataset.field); });
      refresh();
      part("told").focus();
    });
    return button;
  }

  return show;
}

// Fill a choice with the values that its column has, named and in the order of the names.
function offer(field, rows, texts) {
  const name = field.dataset.field;
  const known = name === "severity" ? ["3", "2", "1"] : [...new Set(rows.columns[name].values.flat())];
  const options = known.filter((value) => value !== "" && value !== "complaint").map((value) => [capital(named(texts, name, value)), value]);
  if (name !== "severity") options.sort((one, other) => one[0].localeCompare(other[0], texts.language));
  field.append(...options.map(([label, value]) => element("option", label, { value })));
  if (!options.length) field.closest("label").hidden = true;
}
