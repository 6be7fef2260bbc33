// Tables of runs: sort by a column, filter rows. The filters are in the URL's hash.

const byId = (id) => document.getElementById(id);
const FIELDS = ["q", "suite", "rows"];

const suites = [...document.querySelectorAll(".suite")];
const boards = [...document.querySelectorAll(".board")];
const rowsOf = (board) => [...board.querySelectorAll("tbody tr")];
const nameOf = (suite) => suite.querySelector("h2").textContent;
const total = boards.flatMap(rowsOf).length;

/** What a cell sorts by: its number, or its text; nothing where there is no value. */
function valueOf(row, column) {
  const cell = row.children[column];
  const text = cell.textContent.trim();
  if (cell.dataset.value) return Number(cell.dataset.value);
  return text === "–" ? undefined : text.toLowerCase();
}

/** Sort by a column; rows without a value stay at the end. */
function sort(table, column) {
  const head = table.tHead.rows[0].children[column];
  const body = table.tBodies[0];
  const pairs = [...body.rows].map((row) => [valueOf(row, column), row]);
  const numbers = pairs.some(([value]) => typeof value === "number");
  const now = head.getAttribute("aria-sort");
  const down = now ? now === "ascending" : numbers;
  pairs.sort(([a], [b]) => {
    if (a === undefined || b === undefined) return (a === undefined) - (b === undefined);
    const order = numbers ? a - b : a.localeCompare(b, "en", { numeric: true });
    return down ? -order : order;
  });
  for (const other of table.tHead.rows[0].children) other.removeAttribute("aria-sort");
  head.setAttribute("aria-sort", down ? "descending" : "ascending");
  body.append(...pairs.map(([, row]) => row));
}

function addSorting(table) {
  [...table.tHead.rows[0].children].forEach((head, column) => {
    const button = make("button", { type: "button" }, head.textContent);
    button.addEventListener("click", () => sort(table, column));
    head.replaceChildren(button);
  });
}

/** Show the rows that the filters leave; tables and suites without any go. */
function refresh() {
  const words = byId("q").value.toLowerCase().split(/\s+/).filter(Boolean);
  const kind = byId("rows").value;
  let shown = 0;
  for (const suite of suites) {
    const chosen = ["", nameOf(suite)].includes(byId("suite").value);
    let left = 0;
    for (const board of suite.querySelectorAll(".board")) {
      const reported = board.classList.contains("reported") ? "reported" : "measured";
      let own = 0;
      for (const row of rowsOf(board)) {
        const name = row.querySelector("th").textContent.toLowerCase();
        row.hidden = !(chosen && ["", reported].includes(kind) && words.every((w) => name.includes(w)));
        own += !row.hidden;
      }
      board.hidden = own === 0;
      left += own;
    }
    suite.hidden = left === 0;
    shown += left;
  }
  byId("count").textContent = `${shown} of ${total} rows`;
  byId("clear").hidden = FIELDS.every((id) => !byId(id).value);
}

function readHash() {
  const given = new URLSearchParams(location.hash.slice(1));
  for (const id of FIELDS) byId(id).value = given.get(id) ?? "";
  for (const id of ["suite", "rows"]) if (byId(id).selectedIndex < 0) byId(id).value = "";
  refresh();
}

function changed() {
  const set = FIELDS.map((id) => [id, byId(id).value]).filter(([, value]) => value);
  const hash = new URLSearchParams(set).toString();
  history.replaceState(null, "", hash ? `#${hash}` : location.href.split("#")[0]);
  refresh();
}

for (const suite of suites) byId("suite").append(make("option", { value: nameOf(suite) }, nameOf(suite)));
byId("suite").parentElement.hidden = suites.length < 2;
byId("rows").parentElement.hidden = !document.querySelector(".reported");
for (const table of document.querySelectorAll(".board table")) addSorting(table);
for (const id of FIELDS) byId(id).addEventListener("input", changed);
byId("clear").addEventListener("click", () => {
  for (const id of FIELDS) byId(id).value = "";
  changed();
});
byId("filters").addEventListener("submit", (event) => event.preventDefault());
addEventListener("hashchange", readHash);
addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.matches("input, select")) {
    if (event.key === "Escape") event.target.blur();
  } else if (event.key === "/") {
    byId("q").focus();
    event.preventDefault();
  }
});
byId("filters").hidden = false;
readHash();
