// Rows → a CSV file that a spreadsheet opens and runs nothing of; fields are named as in the tagged file.

const FORMULA = /^'*[=+\-@\t\r]/;
const NUMBER = /^[+-]?[0-9]{1,40}([.,][0-9]{1,40})?$/;

function toCsv(rows, places, separator) {
  const withTexts = Object.keys(rows.texts).length > 0;
  const fields = [
    ["row", (p) => rows.row[p]],
    ["id", (p) => rows.id[p]],
    ["date", (p) => isoDay(rows.day[p])],
    ["customer_id", (p) => valueOf(rows, "customer", p)],
    ...["company", "product", "channel", "outcome", "language", "category"].map((name) => [name, (p) => valueOf(rows, name, p)]),
    ["category_confidence", (p) => rows.confidence[p] / 100],
    ...["categories", "emotions"].map((name) => [name, (p) => JSON.stringify(valueOf(rows, name, p))]),
    ["severity", (p) => rows.severity[p]],
    ["signals", (p) => JSON.stringify(valueOf(rows, "signals", p))],
    ["complainer_risk", (p) => valueOf(rows, "risk", p)],
    ["complainer_risk_score", (p) => (rows.score[p] < 0 ? "" : rows.score[p] / 100)],
    ["review_reasons", (p) => JSON.stringify(valueOf(rows, "reasons", p))],
    ["report_flags", (p) => JSON.stringify(valueOf(rows, "flags", p))],
    ...(withTexts ? [["text_masked", (p) => rows.texts[p] || ""]] : []),
  ];
  const lines = [fields.map(([name]) => name), ...places.map((place) => fields.map(([, value]) => value(place)))];
  return `\ufeff${lines.map((line) => line.map((value) => cell(value, separator)).join(separator)).join("\r\n")}\r\n`;
}

function cell(value, separator) {
  const text = String(value);
  const safe = FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text;
  return /["\r\n]/.test(safe) || safe.includes(separator) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function save(text, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
