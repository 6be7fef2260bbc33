// The tasks that one of two agents does better than the other.

const DIRECTIONS = { lost: "A better", won: "B better", all: "All" };

const SIDES = ["a", "b"];

const valuesOf = (facet, item) =>
  facet === "verdict" ? ["all", item.verdict] : [textOf(item, facet)];

const holds = (item, inText) =>
  inText[item.task] || SIDES.some((side) => inText[item[side].answer] || inText[item[side].message]);

function summary(item) {
  const about = [textOf(item, "category"), textOf(item, "error")];
  if (item.a.judged > 1 || item.b.judged > 1) {
    about.push(...SIDES.map((side) => `${side.toUpperCase()} ${item[side].right} of ${item[side].judged}`));
  }
  return [
    make("span", { class: `verdict ${item.verdict}` }, DIRECTIONS[item.verdict]),
    make("span", { class: "mono" }, textOf(item, "task")),
    make("span", { class: "about" }, about.join(" · ")),
  ];
}

function body(item) {
  return make("div", { class: "body" }, ...SIDES.map((side) => column(item, side)));
}

/** What one agent said, and why it is wrong. */
function column(item, side) {
  const own = item[side];
  const who = data.sides[side];
  const right = (side === "a") === (item.verdict === "lost");
  const said = own.judged > 1 ? `trial ${own.trial + 1}, ${right ? "right" : "wrong"}` : right ? "right" : "wrong";
  const title = make("h3", {}, `${side.toUpperCase()}: `, make("span", { class: said.split(" ").at(-1) }, said));
  const parts = make("div", {}, title, make("p", { class: "dim small" }, who.name));
  parts.append(...showText(textOf(own, "answer")));
  if (textOf(own, "message")) {
    const heading = textOf(own, "error") ? `Why: ${textOf(own, "error")}` : "Verdict";
    const kind = right ? "right" : "wrong";
    parts.append(make("h3", {}, heading));
    parts.append(make("div", { class: `reason ${kind}` }, ...showText(textOf(own, "message"))));
  }
  if (who.report) {
    const key = [textOf(item, "task"), who.agent, own.trial].join("|");
    const href = `${who.report}#${new URLSearchParams({ item: key })}`;
    parts.append(make("p", { class: "small no-print" }, make("a", { href }, "In the report")));
  }
  return parts;
}

browse({
  noun: "changed tasks",
  verdicts: DIRECTIONS,
  optional: [],
  first: "all",
  facets: ["category", "error"],
  valuesOf,
  holds,
  keyOf: (item) => textOf(item, "task"),
  summary,
  body,
  source: "the runs' verdicts.jsonl",
});
