// On the day of a meeting: the minutes count down, and what is typed is kept until the server has it.
const MINUTE = 60000;
const KEPT_FOR = 7 * 24 * 60 * MINUTE;
const PREFIX = "meeting:";

function said(left) {
  if (left === 0) return "time is up";
  const minutes = Math.abs(left);
  return `${minutes} minute${minutes === 1 ? "" : "s"} ${left > 0 ? "left" : "over"}`;
}

// The words change once a minute and are not read out: who wants them looks.
function count() {
  for (const place of document.querySelectorAll("[data-until]")) {
    const words = said(Math.ceil((Date.parse(place.dataset.until) - Date.now()) / MINUTE));
    if (place.textContent !== words) place.textContent = words;
  }
}

function stored(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

function forget(key) {
  try {
    localStorage.removeItem(key);
  } catch {
    // A browser that keeps nothing has nothing to forget.
  }
}

function fields(form) {
  return [...form.elements].filter((field) => field.name && !["csrf_token", "slip", "entry_id", "seen"].includes(field.name));
}

function keep(form, key) {
  const typed = {};
  for (const field of fields(form)) {
    if (field.type !== "radio" || field.checked) typed[field.name] = field.value;
  }
  try {
    localStorage.setItem(key, JSON.stringify({ slip: form.elements.slip.value, at: Date.now(), typed }));
  } catch {
    // Full, or not allowed: the page works without.
  }
}

function offerAgain(form, kept) {
  form.elements.slip.value = kept.slip;
  for (const field of fields(form)) {
    if (field.type === "radio") field.checked = kept.typed[field.name] === field.value;
    else if (field.name in kept.typed) field.value = kept.typed[field.name];
  }
  const shut = form.closest("details");
  if (shut) shut.open = true;
  const notice = document.querySelector("[data-kept]");
  if (notice) notice.hidden = false;
}

const known = new Set([...document.querySelectorAll("[data-slip]")].map((place) => place.dataset.slip));
for (const form of document.querySelectorAll("form[data-keep]")) {
  const key = PREFIX + form.dataset.keep;
  const kept = stored(key);
  if (kept && (known.has(kept.slip) || Date.now() - kept.at > KEPT_FOR)) forget(key);
  else if (kept && kept.slip !== form.elements.slip.value) offerAgain(form, kept);
  form.addEventListener("input", () => keep(form, key));
}

if (document.querySelector("[data-until]")) {
  count();
  setInterval(count, MINUTE / 4);
}
