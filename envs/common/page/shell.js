// What every page's script may use. Texts reach the page as text nodes only.

/** The page's data; rejects where the browser cannot unpack it. */
async function readData() {
  const binary = atob(document.getElementById("data").textContent);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  const unpacked = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Response(unpacked).json();
}

const HIDDEN = /(?![\n\t])[\p{C}\p{Zl}\p{Zp}]/gu;

/** A text with its invisible characters as escapes (\x1b, \u202e), as `envs.common.text` has it. */
function visible(text) {
  return text.replace(HIDDEN, (c) => {
    if (c === "\r") return "\\r";
    const code = c.codePointAt(0);
    const [letter, digits] = code < 0x100 ? ["x", 2] : code < 0x10000 ? ["u", 4] : ["U", 8];
    return `\\${letter}${code.toString(16).padStart(digits, "0")}`;
  });
}

/** An element with attributes and children; a string among the children becomes text. */
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children.map((c) => (typeof c === "string" ? visible(c) : c)));
  return element;
}

/** The start of a text, never half a character. */
function cut(text, length) {
  const end = text.codePointAt(length - 1) > 0xffff ? length - 1 : length;
  return text.slice(0, end);
}

// ---------------------------------------------------------------------------------------------
// The theme: the system's, light, dark

const THEMES = { auto: "Theme: auto", light: "Theme: light", dark: "Theme: dark" };

function addThemeButton() {
  const root = document.documentElement;
  const button = make("button", { type: "button", class: "theme" });
  const label = () => (button.textContent = THEMES[root.dataset.theme ?? "auto"]);
  button.addEventListener("click", () => {
    const names = Object.keys(THEMES);
    const next = names[(names.indexOf(root.dataset.theme ?? "auto") + 1) % names.length];
    if (next === "auto") delete root.dataset.theme;
    else root.dataset.theme = next;
    try {
      localStorage.setItem("itool-theme", next);
    } catch {
      // It holds for this visit.
    }
    label();
  });
  label();
  document.querySelector("main").prepend(button);
}

addThemeButton();
