/* What Python says about the cells of a table (errors, sums, remarks), without touching what is typed in. */

/** A key of what is told, `row's key|column`, with the row's number in place of its key. */
function placed(told, numbers) {
  const found = {};
  for (const [key, what] of Object.entries(told)) {
    const cut = key.lastIndexOf("|"), row = key.slice(0, cut);
    found[`${row === "foot" ? row : numbers[row]}|${key.slice(cut + 1)}`] = what;
  }
  return found;
}

function tellErrors(box, bad) {
  box.querySelectorAll("tbody [data-r][aria-invalid]").forEach((cell) => {
    if (bad[`${cell.dataset.r}|${cell.dataset.c}`]) return;
    cell.removeAttribute("aria-invalid");
    cell.removeAttribute("title");
  });
  for (const [place, text] of Object.entries(bad)) {
    const [r, c] = place.split("|");
    box.querySelectorAll(`tbody [data-r="${r}"][data-c="${c}"]`).forEach((cell) => {
      cell.setAttribute("aria-invalid", "true");
      cell.title = text;
    });
  }
}

function tellShown(box, look, shape, rows) {
  const names = rows.map((row, r) => nameOf(shape, row, r));
  box.querySelectorAll("[data-shown]").forEach((cell) => { // a matrix has thousands: only what changes is written
    const [text, tone = "", words = ""] = look[cell.dataset.shown] || [""], around = cell.parentElement.dataset, { r, c, own } = cell.dataset;
    if (!own && cell.textContent !== text) cell.textContent = text;
    if ((around.tone || "") !== tone) around.tone = tone;
    if (r === undefined) return;
    const label = `${names[r]} ${shape.columns[c].title}${words ? ` ${words}` : ""}`;
    if (cell.getAttribute("aria-label") !== label) cell.setAttribute("aria-label", label);
    if ((cell.getAttribute("aria-disabled") === "true") !== (tone === "off")) cell.setAttribute("aria-disabled", String(tone === "off"));
    if ((words || !own) && cell.title !== words) cell.title = words;
  });
}

/** `note(key)`: what the note below a row is called. */
function tellNotes(box, notes, shape, rows, note) {
  box.querySelectorAll("tbody tr[data-key]").forEach((tr) => {
    const { key } = tr.dataset, texts = notes[key] || [];
    const old = tr.nextElementSibling?.classList.contains("gr-note") ? tr.nextElementSibling : null;
    if (!texts.length) return void old?.remove();
    const html = texts.map(([text, tone]) => `<div class="gr-${tone}"${tone === "err" ? ' role="alert"' : ""}>${tone === "err" ? "⚠ " : ""}${escape(text)}</div>`).join("");
    if (old) {
      if (old.dataset.html !== html) old.firstElementChild.innerHTML = html;
      old.dataset.html = html;
      return;
    }
    const below = document.createElement("tr");
    below.className = "gr-note";
    below.dataset.html = html;
    below.id = note(key);
    below.innerHTML = `<td colspan="${shape.columns.length + 1}">${html}</td>`;
    tr.after(below);
  });
  box.querySelectorAll("tbody [data-r]:is([aria-invalid], [aria-describedby])").forEach((cell) => {
    const { k } = rows[cell.dataset.r];
    if (cell.hasAttribute("aria-invalid") && notes[k]) cell.setAttribute("aria-describedby", note(k));
    else cell.removeAttribute("aria-describedby");
  });
}

/** What a paste left out, beside the buttons below: the line above it says no more after a moment than that all is saved. */
function tellLost(box, lost) {
  const bar = box.querySelector(".gr-bar"), old = bar.querySelector(".gr-lost");
  if (!lost) return void old?.remove();
  const said = old || bar.appendChild(document.createElement("span"));
  said.className = "gr-lost";
  said.setAttribute("role", "alert");
  if (said.textContent !== `⚠ ${lost}`) said.textContent = `⚠ ${lost}`;
}

function tellCells(box, { errors = {}, shown = {}, notes = {}, lost = "" }, shape, rows, note) {
  const numbers = Object.fromEntries(rows.map((row, r) => [row.k, r]));
  tellErrors(box, placed(errors, numbers));
  tellShown(box, placed(shown, numbers), shape, rows);
  tellNotes(box, notes, shape, rows, note);
  tellLost(box, lost);
}
