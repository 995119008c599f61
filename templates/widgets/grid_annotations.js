/* Show the errors, notes and calculated cells that Python sends, without changing cells that take input. */

/** The annotations with keys `row number|column` in place of `row's key|column`. */
function placed(annotations, numbers) {
  const byPlace = {};
  for (const [key, value] of Object.entries(annotations)) {
    const cut = key.lastIndexOf("|"), row = key.slice(0, cut);
    byPlace[`${row === "foot" ? row : numbers[row]}|${key.slice(cut + 1)}`] = value;
  }
  return byPlace;
}

function showErrors(box, bad) {
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

function showCalculated(box, look, shape, rows) {
  const names = rows.map((row, r) => nameOf(shape, row, r));
  box.querySelectorAll("[data-shown]").forEach((cell) => { // a matrix has thousands of cells: write only changes
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

/** `note(key)`: id of the note below a row. */
function showNotes(box, notes, shape, rows, note) {
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

/** Show what a paste left out beside the buttons, because the status line soon shows only that the input is saved. */
function showLost(box, lost) {
  const bar = box.querySelector(".gr-bar"), old = bar.querySelector(".gr-lost");
  if (!lost) return void old?.remove();
  const message = old || bar.appendChild(document.createElement("span"));
  message.className = "gr-lost";
  message.setAttribute("role", "alert");
  if (message.textContent !== `⚠ ${lost}`) message.textContent = `⚠ ${lost}`;
}

function annotateCells(box, { errors = {}, shown = {}, notes = {}, lost = "" }, shape, rows, note) {
  const numbers = Object.fromEntries(rows.map((row, r) => [row.k, r]));
  showErrors(box, placed(errors, numbers));
  showCalculated(box, placed(shown, numbers), shape, rows);
  showNotes(box, notes, shape, rows, note);
  showLost(box, lost);
}
