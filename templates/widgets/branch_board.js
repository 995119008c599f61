/* 全局总览: branches × stages, chosen by superior, state and name; a cell opens what was found there.
 *
 * Traits from Python: "view" {title, heads, rows, groups, states, left, chosen}, "details" {html, number}, "problem".
 * Messages to Python: {filter: {group, state, name}}, {more: true}, {open: [branch, column or null]}.
 */
const PAUSE = 250; // ms after the last letter of a name

const base = () => JSON.parse(document.getElementById("jupyter-config-data")?.textContent || "{}").baseUrl || "/";

function boardOf(el, model) {
  const make = (name, props = {}, ...children) => {
    const node = Object.assign(document.createElement(name), props);
    node.append(...children);
    return node;
  };
  const chooser = () => make("select", { onchange: () => send() });
  const group = chooser(), state = chooser();
  const name = make("input", { type: "text", size: 14, placeholder: "名称里的几个字" });
  let waiting = 0;
  name.oninput = () => { clearTimeout(waiting); waiting = setTimeout(send, PAUSE); };
  const groupLabel = make("label", {}, "上级党组织", group);
  const problem = make("p", { className: "bb-problem" });
  problem.setAttribute("role", "alert");
  const title = make("p", { className: "bb-title" });
  title.setAttribute("role", "status");
  const table = make("table");
  const more = make("button", { type: "button", className: "bb-more", onclick: () => model.send({ more: true }) });
  const details = make("div", { className: "bb-details", tabIndex: -1 });
  details.setAttribute("role", "region");
  details.setAttribute("aria-label", "这个支部的核对结果");
  el.append(make("div", { className: "bb" },
    make("div", { className: "bb-pick" }, groupLabel, make("label", {}, "情况", state), make("label", {}, "名称", name)),
    problem, title, make("div", { className: "bb-scroll" }, table), more, details));

  let opened = "";
  function send() {
    clearTimeout(waiting);
    model.send({ filter: { group: group.value, state: state.value, name: name.value } });
  }
  function fill(select, offered, chosen) {
    select.replaceChildren(...[["", "全部"], ...offered].map(([value, words]) => make("option", { value, textContent: words })));
    select.value = chosen;
    if (select.selectedIndex < 0) select.append(make("option", { value: chosen, textContent: "（没有了）", selected: true }));
  }
  function cell(branch, place, words, tone, label) {
    const key = `${branch} ${place}`;
    const button = make("button", { type: "button", textContent: words });
    button.setAttribute("aria-label", label);
    button.onclick = () => {
      opened = key;
      table.querySelectorAll(".bb-open").forEach((each) => each.classList.remove("bb-open"));
      button.parentNode.classList.add("bb-open");
      model.send({ open: [branch, place] });
    };
    const shown = make("td", { className: tone }, button);
    if (key === opened) shown.classList.add("bb-open");
    return shown;
  }
  function paint() {
    const view = model.get("view"), chosen = view.chosen;
    groupLabel.hidden = !view.groups.length;
    groupLabel.style.display = view.groups.length ? "" : "none";
    fill(group, view.groups, chosen.group);
    fill(state, view.states, chosen.state);
    if (document.activeElement !== name) name.value = chosen.name;
    title.textContent = view.title;
    const head = make("tr", {}, ...view.heads.map((words) => make("th", { textContent: words, scope: "col" })));
    const rows = view.rows.map(([branch, label, stages]) => make("tr", {},
      cell(branch, null, label, "", `${label}：全部核对结果`),
      ...stages.map(([words, tone], place) => cell(branch, place, words, tone, `${label}，${view.heads[place + 1]}：${words.replace(/\n/g, "、")}`))));
    table.replaceChildren(make("thead", {}, head), make("tbody", {}, ...rows));
    more.hidden = !view.left;
    more.style.display = view.left ? "" : "none";
    more.textContent = `再显示一些（还有${view.left}个支部）`;
  }
  let last = model.get("details").number;
  function tell() {
    const { html, number } = model.get("details");
    details.innerHTML = html; // written by Python, which escapes what was typed
    for (const link of details.querySelectorAll("a[data-file]")) link.href = `${base()}files/${encodeURI(link.dataset.file)}`;
    if (number === last) return;
    last = number;
    details.scrollIntoView({ block: "nearest" });
    details.focus({ preventScroll: true });
  }
  const say = () => { problem.textContent = model.get("problem"); };
  for (const [trait, action] of [["view", paint], ["details", tell], ["problem", say]]) {
    model.on(`change:${trait}`, action);
    action();
  }
  return () => {
    clearTimeout(waiting);
    for (const [trait, action] of [["view", paint], ["details", tell], ["problem", say]]) model.off(`change:${trait}`, action);
  };
}

export default { render: ({ model, el }) => boardOf(el, model) };
