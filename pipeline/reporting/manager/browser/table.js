// The table of the rows that were found: pages of it, its order, and a sentence about all of them.

const PAGE = 50;

function element(name, text, properties) {
  const made = Object.assign(document.createElement(name), properties || {});
  if (text !== undefined) made.textContent = text;
  return made;
}

function named(texts, column, value) {
  return [value].flat().filter((one) => one !== "").map((one) => texts.names[column]?.[one] ?? one).join(", ");
}

function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function fillTable(body, rows, places, texts) {
  body.replaceChildren(...places.flatMap((place) => [rowOf(rows, place, texts), textOf(rows, place)]).filter(Boolean));
}

function rowOf(rows, place, texts) {
  const row = element("tr");
  const id = element("th", undefined, { scope: "row" });
  id.append(element("bdi", rows.id[place]), element("small", ` ${texts.say.row} ${rows.row[place]}`));
  const level = element("td");
  level.append(element("span", rows.severity[place], { className: `level l${rows.severity[place]}` }));
  const of = (column) => named(texts, column, valueOf(rows, column, place)) || "–";
  const flags = valueOf(rows, "flags", place).filter((flag) => texts.marks.includes(flag));
  row.append(
    id,
    element("td", localDay(rows.day[place], texts), { className: "number" }),
    level,
    element("td", `${of("category")}, ${rows.confidence[place]}\u202f%`),
    element("td", of("emotions")),
    element("td", of("customer")),
    element("td", [of("company"), of("product")].filter((text) => text !== "–").join(" · ") || "–"),
    element("td", of("channel")),
    element("td", of("outcome")),
    element("td", named(texts, "flags", flags) || "–"),
  );
  return row;
}

function textOf(rows, place) {
  if (!rows.texts[place]) return null;
  const row = element("tr", undefined, { className: "text" });
  const quote = element("td", undefined, { colSpan: 10 });
  quote.append(element("bdi", rows.texts[place]));
  row.append(quote);
  return row;
}

function localDay(day, texts) {
  const iso = isoDay(day);
  return !iso ? "–" : texts.language === "en" ? iso : iso.split("-").reverse().join(".");
}

function sorted(rows, places, order) {
  const keys = { day: rows.day, severity: rows.severity, confidence: rows.confidence };
  const key = keys[order.by];
  const sign = order.down ? -1 : 1;
  return [...places].sort((one, other) => sign * (key[one] - key[other]) || one - other);
}

function tell(rows, places, texts) {
  const open = places.filter((place) => valueOf(rows, "outcome", place) === "open").length;
  const urgent = places.filter((place) => rows.severity[place] === 3).length;
  const number = (value) => value.toLocaleString(texts.language);
  const parts = [`${texts.say.found}: ${number(places.length)} / ${number(rows.id.length)}`];
  if (places.length) parts.push(`${texts.say.urgent}: ${number(urgent)}`, `${texts.say.open}: ${number(open)}`);
  return parts.join(" · ");
}
