// What every page uses: elements, calls to the service, words. Texts only ever become text nodes.

export const data = JSON.parse(document.getElementById("data")?.textContent || "null");
const csrf = document.querySelector("meta[name=csrf]").content;

/** An element: h("button", {class: "primary", onclick: f}, "Run"). Children are nodes or texts. */
export function h(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  set(made, attributes);
  made.append(...children.flat(Infinity).filter((one) => one !== null && one !== undefined && one !== false));
  return made;
}

export function s(tag, attributes = {}, ...children) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children.flat(Infinity));
  return made;
}

function set(made, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (name === "style") Object.assign(made.style, value);
    else if (name in made && !["list", "form", "for"].includes(name) && typeof value !== "string") made[name] = value;
    else if (name === "value" || name === "checked") made[name] = value;
    else made.setAttribute(name, value === true ? "" : value);
  }
}

export function icon(name) {
  const use = s("use", { href: `/static/icons.svg#${name}` });
  return s("svg", { class: "icon", "aria-hidden": "true" }, use);
}

export function iconButton(name, label, onclick, extra = {}) {
  return h("button", { type: "button", class: "quiet only-icon", "aria-label": label, title: label, onclick, ...extra }, icon(name));
}

/** Calls the service; what it refuses is an Error with its words. */
export async function call(method, path, body, raw = false) {
  const headers = { "x-csrf-token": csrf };
  if (body !== undefined && !raw) headers["content-type"] = "application/json";
  let reply;
  try {
    reply = await fetch(path, { method, headers, body: raw ? body : body === undefined ? undefined : JSON.stringify(body) });
  } catch {
    throw new Error("The service does not answer. Is it running?");
  }
  const told = await reply.json().catch(() => null);
  if (!reply.ok) throw new Error(told?.error || `The service answered ${reply.status}.`);
  return told;
}

let fading;
export function toast(text, bad = false) {
  document.querySelector(".toast")?.remove();
  const shown = h("div", { class: bad ? "toast bad" : "toast", role: bad ? "alert" : "status" }, text);
  document.body.append(shown);
  clearTimeout(fading);
  fading = setTimeout(() => shown.remove(), bad ? 9000 : 4000);
}

/** Runs something a person asked for; what goes wrong is said. */
export async function attempt(work) {
  document.querySelector(".toast.bad")?.remove();
  try {
    return await work();
  } catch (error) {
    toast(error.message, true);
    return undefined;
  }
}

export function say(text) {
  document.getElementById("said").textContent = text;
}

export const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
export const money = (usd) => {
  if (usd === null || usd === undefined) return "unknown";
  const amount = Number(usd);
  const small = amount > 0 && amount < 0.1;
  return "$" + amount.toLocaleString("en", { minimumFractionDigits: 2, maximumFractionDigits: small ? 4 : 2 });
};
export function time(seconds) {
  if (seconds === null || seconds === undefined) return "–";
  if (seconds < 1) return seconds > 0.05 ? "under 1 s" : "0 s";
  if (seconds < 60) return `${Math.round(seconds)} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.round((seconds % 3600) / 60)} min`;
}
const NAMES = { email: "e-mail", linkedin: "LinkedIn", url: "URL", urls: "URLs", id: "ID", usd: "USD", ai: "AI", dnc: "do-not-call", naics: "NAICS", sic: "SIC", mx: "MX", ip: "IP", hq: "HQ", api: "API" };
/** "find_personal_email" -> "Find personal e-mail". */
export function words(name) {
  const text = name.split(/[_-]/).map((part) => NAMES[part] || part).join(" ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}
/** The same inside a sentence: "find personal e-mail". */
export function lower(name) {
  const text = words(name);
  const first = name.split(/[_-]/)[0];
  return first in NAMES && NAMES[first] !== "e-mail" ? text : text.charAt(0).toLowerCase() + text.slice(1);
}
export const plural = (n, one, many = `${one}s`) => `${whole.format(n)} ${n === 1 ? one : many}`;

export function options(list, chosen) {
  return list.map(([value, label]) => h("option", { value, selected: value === chosen }, label));
}

export function field(label, control, extra = {}) {
  return h("label", { class: "field", ...extra }, h("span", {}, label), control);
}

document.getElementById("theme")?.addEventListener("click", () => {
  const root = document.documentElement;
  root.dataset.theme = root.dataset.theme === "dark" ? "light" : "dark";
  localStorage.setItem("theme", root.dataset.theme);
});
