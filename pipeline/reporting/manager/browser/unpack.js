// The packed rows of the page → columns that can be filtered.

const DAY = 86400000;
const NO_DAY = -1000000;

async function unpack(element) {
  const bytes = Uint8Array.from(atob(element.textContent.trim()), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).json();
}

// What a row holds in a column: a text, or a list of texts.
function valueOf(rows, name, place) {
  const column = rows.columns[name];
  return column.values[column.codes[place]];
}

function isoDay(day) {
  return day === NO_DAY ? "" : new Date(day * DAY).toISOString().slice(0, 10);
}

function dayNumber(iso) {
  return iso ? Math.round(Date.parse(`${iso}T00:00:00Z`) / DAY) : null;
}
