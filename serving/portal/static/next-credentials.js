// <next-credentials teacher="T0001"></next-credentials>: a teacher's suggestions in a portal's page.
//
//   const list = document.querySelector("next-credentials");
//   list.token = async () => (await fetch("/my-portal/token")).text();
//
// `token` is a property, a string or a function that gives one (a promise of one, too), asked anew
// when one has expired. It is never an attribute: attributes stand in the page for all scripts and
// styles to read. Attributes: teacher (the id), count (1 to 20, 5 at first), heading.
// Loaded as a module from the service, whose address it takes from its own.

const SERVICE = new URL(import.meta.url).origin;
const MOST = 20;

const STYLE = `
:host { display: block; color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
h2 { font-size: 1.25em; margin: 0 0 0.5em; }
ol { list-style: none; margin: 0; padding: 0; display: grid; gap: 0.75em; }
li { border: 1px solid color-mix(in srgb, currentColor 25%, transparent); border-radius: 0.5em; padding: 0.75em 1em; }
h3 { font-size: 1em; margin: 0; }
p { margin: 0.25em 0 0; }
.facts { opacity: 0.8; font-size: 0.9em; }
a { color: inherit; }
`;

function made(name, text, className) {
  const element = document.createElement(name);
  if (text) element.textContent = text;
  if (className) element.className = className;
  return element;
}

function webAddress(text) {
  try {
    const url = new URL(text);
    return url.protocol === "https:" || url.protocol === "http:" ? url.href : "";
  } catch {
    return "";
  }
}

function card(item) {
  const line = made("li");
  const title = made("h3");
  const address = webAddress(item.url);
  const name = made(address ? "a" : "span", item.title);
  if (address) {
    name.href = address;
    name.rel = "noopener noreferrer";
    name.target = "_blank";
  }
  title.append(name);
  line.append(title);
  const facts = [item.issuer];
  if (item.hours != null) facts.push(item.hours === 1 ? "1 hour" : `${item.hours} hours`);
  if (item.cost_usd != null) facts.push(item.cost_usd === 0 ? "free" : `$${item.cost_usd}`);
  line.append(made("p", facts.filter(Boolean).join(" · "), "facts"));
  for (const reason of (item.reasons ?? []).slice(0, 2)) line.append(made("p", reason.text));
  return line;
}

class NextCredentials extends HTMLElement {
  static observedAttributes = ["teacher", "count"];

  #token = null;
  #turn = 0;
  #body;

  constructor() {
    super();
    const root = this.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    root.adoptedStyleSheets = [sheet];
    this.#body = made("section");
    root.append(this.#body);
  }

  set token(source) {
    this.#token = source;
    this.refresh();
  }

  connectedCallback() {
    this.refresh();
  }

  attributeChangedCallback() {
    this.refresh();
  }

  async refresh() {
    const teacher = this.getAttribute("teacher");
    if (!this.isConnected || !teacher || this.#token === null) return;
    const turn = ++this.#turn;
    this.#say("Looking for suggestions …");
    try {
      const items = await this.#fetch(teacher);
      if (turn === this.#turn) this.#show(items);
    } catch (error) {
      if (turn !== this.#turn) return;
      this.#say("Suggestions cannot be shown just now.");
      this.dispatchEvent(new CustomEvent("next-credentials-error", { detail: error }));
    }
  }

  async #fetch(teacher) {
    const token = typeof this.#token === "function" ? await this.#token() : this.#token;
    const count = Math.min(MOST, Math.max(1, Number.parseInt(this.getAttribute("count"), 10) || 5));
    const address = `${SERVICE}/v1/teachers/${encodeURIComponent(teacher)}/suggestions?k=${count}`;
    const answer = await fetch(address, {
      headers: { Authorization: `Bearer ${token}`, Accept: "application/json" },
      credentials: "omit",
    });
    if (!answer.ok) throw new Error(`the service answered ${answer.status}`);
    return (await answer.json()).items;
  }

  #heading() {
    return made("h2", this.getAttribute("heading") ?? "Your next micro-credentials");
  }

  #say(text) {
    const words = made("p", text);
    words.setAttribute("role", "status");
    this.#body.replaceChildren(this.#heading(), words);
  }

  #show(items) {
    if (!items.length) {
      this.#say("There is nothing to suggest just now.");
      return;
    }
    const list = made("ol");
    list.append(...items.map(card));
    this.#body.replaceChildren(this.#heading(), list);
    this.dispatchEvent(new CustomEvent("next-credentials-shown", { detail: items.length }));
  }
}

customElements.define("next-credentials", NextCredentials);
