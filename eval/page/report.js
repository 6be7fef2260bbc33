// The answers of a run.

const VERDICTS = { wrong: "Wrong", format: "Format only", right: "Right", none: "Not judged", all: "All" };

let trials;

const verdictOf = (item) =>
  item.format ? "format" : { true: "right", false: "wrong", null: "none" }[item.valid];

/** The values that a facet has for an item. */
function valuesOf(facet, item) {
  if (facet !== "verdict") return [textOf(item, facet)];
  const own = verdictOf(item);
  return own === "format" ? ["all", "wrong", "format"] : ["all", own];
}

const holds = (item, inText, inTalk) =>
  inText[item.task] || inText[item.answer] || inText[item.message] ||
  inTalk[item.prompt] || inTalk[item.transcript];

function summary(item) {
  const verdict = verdictOf(item);
  const about = [textOf(item, "category")];
  trials ??= data.items.some((other) => other.trial > 0);
  if (byId("agent").options.length > 2) about.push(textOf(item, "agent"));
  if (trials) about.push(`trial ${item.trial + 1}`);
  if (item.valid !== true && textOf(item, "error")) about.push(textOf(item, "error"));
  const preview = cut(textOf(item, "answer"), 300).replace(/\s+/g, " ");
  return [
    make("span", { class: `verdict ${verdict}` }, VERDICTS[verdict]),
    make("span", { class: "mono" }, textOf(item, "task")),
    make("span", { class: "about" }, about.join(" · ")),
    make("span", { class: "preview" }, preview || "(no text)"),
  ];
}

function body(item) {
  const title = item.transcript === undefined ? "Answer" : "Last turn";
  const answer = make("div", {}, make("h3", {}, title), ...showText(textOf(item, "answer")));
  if (textOf(item, "message")) {
    const why = { true: "Verdict", false: "Why it is wrong", null: "Why there is no verdict" };
    const kind = verdictOf(item);
    const reason = make("div", { class: `reason ${kind}` }, ...showText(textOf(item, "message")));
    answer.append(make("h3", {}, why[item.valid]), reason);
  }
  if (item.tools !== undefined) {
    const names = data.lists[item.tools].map((n) => make("li", {}, data.texts[n]));
    answer.append(make("h3", {}, `Tools (${names.length})`), make("ul", { class: "tools" }, ...names));
  }
  const prompt = make("div", {}, make("h3", {}, "Prompt"), ...talk(item.prompt));
  const parts = make("div", { class: "body" }, answer, prompt);
  if (item.transcript !== undefined) {
    const turns = talk(item.transcript);
    parts.append(make("div", { class: "whole" }, make("h3", {}, "What followed"), ...turns));
  }
  return parts;
}

function talk(n) {
  return data.talks[n].map(([role, name, content, calls]) => {
    const who = data.texts[role];
    const title = data.texts[name] ? `${who}: ${data.texts[name]}` : who;
    const message = make("div", { class: "message" }, make("h4", {}, title));
    if (who === "user" || who === "changed") message.classList.add(who);
    if (data.texts[content] || !calls.length) {
      message.append(...showText(data.texts[content], who === "system" ? 400 : 4000));
    }
    for (const [tool, given] of calls) {
      const call = make("div", { class: "call" }, make("b", {}, data.texts[tool]));
      call.append(...showText(data.texts[given]));
      message.append(call);
    }
    return message;
  });
}

browse({
  noun: "answers",
  verdicts: VERDICTS,
  optional: ["format", "none"],
  first: "wrong",
  facets: ["agent", "category", "error"],
  valuesOf,
  holds,
  keyOf: (item) => [textOf(item, "task"), textOf(item, "agent"), item.trial].join("|"),
  summary,
  body,
  source: "episodes.jsonl",
});
