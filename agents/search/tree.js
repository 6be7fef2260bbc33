// A search tree to open and look at. Texts reach the page as text nodes only.

const data = await readData();
const detail = document.getElementById("detail");
let current = null;

const signed = (x) => (x >= 0 ? "+" : "−") + Math.abs(x).toFixed(2);

function look(node, button) {
  current?.removeAttribute("aria-current");
  (current = button).setAttribute("aria-current", "true");
  const rows = data.fields.filter(([key]) => node[key] !== undefined);
  const list = rows.flatMap(([key, name]) => [
    make("dt", {}, name),
    make("dd", {}, typeof node[key] === "number" ? String(node[key]) : node[key]),
  ]);
  const parts = [make("h2", {}, `Node ${node.index}`), make("pre", {}, node.text || "(start)")];
  parts.push(make("dl", {}, ...list));
  if (node.effect) parts.push(...effect(node.effect));
  if (node.after) parts.push(make("h3", {}, "The prompt goes on with"), make("pre", {}, node.after));
  detail.replaceChildren(...parts);
}

function effect({ changes, messages, problem }) {
  const parts = [];
  if (problem) parts.push(make("p", {}, problem));
  const told = changes.length ? changes.join("\n") : "nothing";
  parts.push(make("h3", {}, "Changed in the world"), make("pre", {}, told));
  for (const { role, name, text } of messages)
    parts.push(make("h3", {}, name ? `${role} ${name}` : role), make("pre", {}, text));
  return parts;
}

function line(node, folds) {
  const said = make("button", { type: "button", class: "said" }, node.line || "(start)");
  said.addEventListener("click", (event) => {
    event.preventDefault();
    look(node, said);
  });
  const numbers = `N ${node.visits}  ${node.parent < 0 ? "V" : "Q"} ${signed(node.q)}  p ${node.prior.toFixed(2)}`;
  return [
    make("span", { class: "fold", "aria-hidden": "true" }, folds ? "▸" : ""),
    said,
    make("span", { class: "number" }, numbers),
  ];
}

function grown(node) {
  const item = make("li", { class: node.kind });
  if (!node.children.length) {
    item.append(make("div", { class: "leaf" }, ...line(node, false)));
    return item;
  }
  const details = make("details", {});
  details.append(make("summary", {}, ...line(node, true)));
  const fill = () => {
    if (details.childElementCount > 1) return;
    details.append(make("ul", {}, ...node.children.map((index) => grown(data.nodes[index]))));
  };
  details.addEventListener("toggle", fill);
  if (node.depth < data.open) {
    details.open = true;
    fill();
  }
  item.append(details);
  return item;
}

document.getElementById("grown").replaceChildren(make("ul", {}, grown(data.nodes[0])));
document.querySelector("#grown .said").click();
