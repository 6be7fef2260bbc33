// A list that is filtered, searched, paged through and opened. The state is in the URL's hash.
//
// The data holds `items`, and `texts` and `talks` that items name by number. `browse(view)` shows
// them; what is particular about a page is in its view:
//   noun      what the items are
//   verdicts  value -> title of what is chosen above the list; `all` among them
//   optional  those of them that are left out where no item has them
//   first     the one that is chosen at first, if any item has it; all otherwise
//   facets    what else can be chosen, each the id of a <select>
//   valuesOf  (facet, item) -> the values that an item has there
//   holds     (item, inText, inTalk) -> whether a word occurs, given in which texts and talks it does
//   keyOf     item -> its name in links
//   summary   item -> what is always shown, as elements
//   body      item -> what is shown when it is opened, as one element
//   source    where the same can be read when this browser cannot unpack it

const PAGE = 100;
const MOST_HITS = 2000;
const PIECE = 20_000;

const byId = (id) => document.getElementById(id);
const number = (n) => n.toLocaleString("en");
const textOf = (item, field) => data.texts[item[field]];

let view;
let data;
let facets;
let lowered;
let start;
let state;
let shown = [];

/** What is searched for: words, and phrases in quotes. */
const words = () =>
  [...state.q.toLowerCase().matchAll(/"([^"]+)"|[^\s"]+/g)].map((found) => found[1] ?? found[0]);

/** Whether an item has every word of the query somewhere in its texts. */
function matcher() {
  lowered ??= data.texts.map((text) => text.toLowerCase());
  const tests = words().map((word) => {
    const inText = lowered.map((text) => text.includes(word));
    const inTalk = data.talks.map((talk) =>
      talk.some(
        ([, name, content, calls]) =>
          inText[name] || inText[content] || calls.some((call) => call.some((n) => inText[n])),
      ),
    );
    return (item) => view.holds(item, inText, inTalk);
  });
  return (item) => tests.every((test) => test(item));
}

/** The items to show, and for each facet how many items each of its values would show. */
function select() {
  const matches = matcher();
  const counts = Object.fromEntries(facets.map((facet) => [facet, new Map()]));
  const wanted = (facet) => state[facet] || (facet === "verdict" ? "all" : "");
  const passes = (facet, values) => !wanted(facet) || values.includes(wanted(facet));
  shown = [];
  for (const item of data.items) {
    if (!matches(item)) continue;
    const values = facets.map((facet) => view.valuesOf(facet, item));
    const failed = facets.filter((facet, i) => !passes(facet, values[i]));
    if (!failed.length) shown.push(item);
    facets.forEach((facet, i) => {
      if (failed.some((other) => other !== facet)) return;
      for (const value of values[i]) counts[facet].set(value, (counts[facet].get(value) ?? 0) + 1);
    });
  }
  return counts;
}

// ---------------------------------------------------------------------------------------------
// State

function readHash() {
  const given = new URLSearchParams(location.hash.slice(1));
  state = { ...start };
  for (const name of Object.keys(start)) if (given.has(name)) state[name] = given.get(name);
  if (!Object.hasOwn(view.verdicts, state.verdict)) state.verdict = start.verdict;
  return [...given.keys()].some((name) => name in start);
}

function writeHash() {
  const changed = Object.entries(state).filter(([name, value]) => value !== start[name]);
  const hash = new URLSearchParams(changed).toString();
  history.replaceState(null, "", hash ? `#${hash}` : location.href.split("#")[0]);
}

/** Take new values of filters, show what they leave. */
function filter(values) {
  Object.assign(state, { item: "", page: "1" }, values);
  refresh();
  writeHash();
}

/** Show what the hash says. */
function follow() {
  const linked = readHash();
  refresh();
  if (state.item) openLinked();
  else if (linked) byId("browser").parentElement.scrollIntoView();
}

function openLinked() {
  const isIt = (item) => view.keyOf(item) === state.item;
  if (!shown.some(isIt)) {
    state = { ...start, verdict: "all", item: state.item };
    refresh();
  }
  const at = shown.findIndex(isIt);
  if (at < 0) return;
  turnTo(Math.floor(at / PAGE) + 1);
  const details = byId("list").children[at % PAGE].firstChild;
  details.open = true;
  details.scrollIntoView();
}

// ---------------------------------------------------------------------------------------------
// Filters and pages

function refresh() {
  const counts = select();
  for (const input of document.querySelectorAll("#verdicts input")) {
    input.checked = input.value === state.verdict;
    input.nextElementSibling.textContent = number(counts.verdict.get(input.value) ?? 0);
  }
  for (const facet of facets.slice(1)) fillOptions(byId(facet), state[facet], counts[facet]);
  if (byId("q").value !== state.q) byId("q").value = state.q;
  byId("count").textContent = `${number(shown.length)} of ${number(data.items.length)} ${view.noun}`;
  byId("clear").hidden = [...facets, "q"].every((name) => state[name] === start[name]);
  turnTo(Number(state.page) || 1);
}

function fillOptions(element, value, counts) {
  for (const option of element.options) {
    const n = counts.get(option.value) ?? 0;
    option.hidden = option.value !== "" && n === 0 && option.value !== value;
    if (option.value) option.textContent = `${visible(option.value)} (${number(n)})`;
  }
  element.value = value;
}

const pages = () => Math.max(1, Math.ceil(shown.length / PAGE));

function turnTo(page) {
  const now = Math.min(Math.max(1, Math.trunc(page)), pages());
  state.page = String(now);
  byId("list").replaceChildren(...shown.slice((now - 1) * PAGE, now * PAGE).map(row));
  byId("pager").hidden = pages() === 1;
  byId("where").textContent = `Page ${now} of ${pages()}`;
  byId("previous").disabled = now === 1;
  byId("next").disabled = now === pages();
  highlight();
}

/** Turn by a number of pages; returns whether there was such a page. */
function turnBy(step) {
  const page = Number(state.page) + step;
  if (page < 1 || page > pages()) return false;
  state.item = "";
  turnTo(page);
  writeHash();
  return true;
}

function row(item) {
  const details = make("details", {}, make("summary", {}, ...view.summary(item)));
  details.addEventListener("toggle", () => {
    if (details.open && details.children.length === 1) details.append(view.body(item));
    const key = view.keyOf(item);
    if (details.open) state.item = key;
    else if (state.item === key) state.item = "";
    writeHash();
    highlight();
  });
  return make("li", {}, details);
}

// ---------------------------------------------------------------------------------------------
// Texts

/** A text; a long one is cut, unless what is searched for is in the rest. */
function showText(text, length = 4000) {
  if (!text) return [make("p", { class: "dim small" }, "(no text)")];
  const box = make("pre", { class: "text" });
  const rest = text.length <= 100_000 ? text.slice(length).toLowerCase() : "";
  if (text.length <= 1.2 * length || words().some((word) => rest.includes(word))) {
    fill(box, text);
    return [box];
  }
  box.append(visible(cut(text, length)), " …");
  const more = make(
    "button",
    { type: "button", class: "more no-print" },
    `Show all ${number(text.length)} characters`,
  );
  more.addEventListener("click", () => {
    fill(box, text);
    more.remove();
    highlight();
  });
  return [box, more];
}

/** Put a whole text into a box, in pieces of which the browser lays out those on the screen. */
function fill(box, text) {
  box.replaceChildren();
  for (let rest = visible(text); rest; rest = rest.slice(box.lastChild.firstChild.length)) {
    const most = cut(rest, PIECE);
    const line = rest.length > PIECE ? most.lastIndexOf("\n") + 1 : 0;
    const piece = make("span", { class: "piece" });
    piece.append(line ? most.slice(0, line) : most);
    box.append(piece);
  }
}

/** Mark the words of the search in what is shown; nothing is changed in the document for it. */
function highlight() {
  if (!globalThis.CSS?.highlights) return;
  CSS.highlights.delete("hits");
  const ranges = [];
  const walker = document.createTreeWalker(byId("list"), NodeFilter.SHOW_TEXT);
  const wanted = words();
  while (wanted.length && ranges.length < MOST_HITS && walker.nextNode()) {
    const node = walker.currentNode;
    const text = node.data.toLowerCase();
    if (text.length !== node.length) continue; // a letter that grows in lower case
    for (const word of wanted) {
      for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + word.length)) {
        const range = new Range();
        range.setStart(node, at);
        range.setEnd(node, at + word.length);
        if (ranges.push(range) >= MOST_HITS) break;
      }
    }
  }
  if (ranges.length) CSS.highlights.set("hits", new Highlight(...ranges));
}

// ---------------------------------------------------------------------------------------------
// Keys

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const target = event.target;
  if (target.matches("input[type=search], select")) {
    if (event.key === "Escape") target.blur();
    return;
  }
  const arrows = target.matches("#list summary");
  const step = { j: 1, k: -1, ArrowDown: arrows && 1, ArrowUp: arrows && -1 }[event.key];
  if (event.key === "/") byId("q").focus();
  else if (step) move(step);
  else return;
  event.preventDefault();
}

/** Focus the next or the previous item, on the next or the previous page if need be. */
function move(step) {
  const summaries = () => [...document.querySelectorAll("#list summary")];
  const own = document.activeElement.closest("details")?.querySelector("summary");
  const at = summaries().indexOf(own);
  const next = at < 0 && step < 0 ? -1 : at + step;
  const target = summaries()[next];
  if (target) target.focus();
  else if (at >= 0 && turnBy(step)) summaries().at(step > 0 ? 0 : -1).focus();
}

// ---------------------------------------------------------------------------------------------

function build() {
  const totals = (facet) => {
    const found = new Map();
    for (const item of data.items) {
      for (const value of view.valuesOf(facet, item)) found.set(value, (found.get(value) ?? 0) + 1);
    }
    return found;
  };
  const verdicts = totals("verdict");
  for (const [value, title] of Object.entries(view.verdicts)) {
    if (!verdicts.has(value) && view.optional.includes(value)) continue;
    const input = make("input", { type: "radio", name: "verdict", value, class: "visually-hidden" });
    input.addEventListener("change", () => filter({ verdict: value }));
    byId("verdicts").append(make("label", {}, title, input, make("b")));
  }
  for (const facet of facets.slice(1)) {
    const values = [...totals(facet)].filter(([value]) => value);
    if (facet === "error") values.sort((a, b) => b[1] - a[1]);
    byId(facet).append(make("option", { value: "" }, "all"));
    for (const [value] of values) byId(facet).append(make("option", { value }));
    byId(facet).parentElement.hidden = values.length < 2;
    byId(facet).addEventListener("change", () => filter({ [facet]: byId(facet).value }));
  }
  let typing;
  byId("q").addEventListener("input", () => {
    clearTimeout(typing);
    typing = setTimeout(() => filter({ q: byId("q").value }), 150);
  });
  byId("filters").addEventListener("submit", (event) => event.preventDefault());
  byId("clear").addEventListener("click", () => filter({ ...start }));
  byId("previous").addEventListener("click", () => turnBy(-1));
  byId("next").addEventListener("click", () => turnBy(1));
  addEventListener("hashchange", follow);
  addEventListener("keydown", onKey);
  const none = Object.fromEntries(facets.slice(1).map((facet) => [facet, ""]));
  const first = verdicts.has(view.first) ? view.first : "all";
  start = { verdict: first, ...none, q: "", item: "", page: "1" };
  byId("browser").hidden = false;
  follow();
}

/** Read the data and show it. */
async function browse(given) {
  view = given;
  facets = ["verdict", ...view.facets];
  try {
    data = await readData();
  } catch {
    byId("problem").hidden = false;
    byId("problem").textContent =
      `The ${view.noun} could not be unpacked: this needs a browser of 2023 or later ` +
      `(DecompressionStream). They are in ${view.source} too.`;
    return;
  }
  build();
}
