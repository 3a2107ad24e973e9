// What to look for → the places of the rows that hold all of it.
// `where`: field → a value or a list of values that must all hold; `from` and `to` are days, `search` is a text.

const SEARCHED = ["customer", "company", "product"];

function matching(rows, where) {
  const tests = Object.entries(where).filter(([, wanted]) => wanted.length).map((entry) => test(rows, ...entry));
  const places = [];
  for (let place = 0; place < rows.id.length; place++) {
    if (tests.every((holds) => holds(place))) places.push(place);
  }
  return places;
}

function test(rows, field, wanted) {
  if (field === "from") return atLeast(rows.day, dayNumber(wanted));
  if (field === "to") return atMost(rows.day, dayNumber(wanted));
  if (field === "search") return mentions(rows, wanted.trim().toLowerCase());
  if (field === "severity") return (place) => String(rows.severity[place]) === String(wanted);
  const values = [wanted].flat();
  const { codes, values: known } = rows.columns[field];
  const holds = known.map((value) => values.every((one) => (Array.isArray(value) ? value.includes(one) : value === one)));
  return (place) => holds[codes[place]];
}

function atLeast(days, first) {
  return (place) => days[place] !== NO_DAY && days[place] >= first;
}

function atMost(days, last) {
  return (place) => days[place] !== NO_DAY && days[place] <= last;
}

function mentions(rows, words) {
  const named = SEARCHED.map((name) => {
    const { codes, values } = rows.columns[name];
    const found = values.map((value) => value.toLowerCase().includes(words));
    return (place) => found[codes[place]];
  });
  return (place) =>
    rows.id[place].toLowerCase().includes(words) ||
    named.some((holds) => holds(place)) ||
    (rows.texts[place] || "").toLowerCase().includes(words);
}
