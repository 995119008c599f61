/* 名册导入 in the roster's form: paste or choose a roster, confirm it in the table, take it in.
 *
 * Messages to Python: {read: {text, name, uses}} with the file's bytes as buffer, {take: answer}, {again: true}.
 * Python answers in the trait "state": {turn, table, problems, done}.
 */
function panelOf(el, model) {
  const make = (name, props = {}, ...children) => {
    const node = Object.assign(document.createElement(name), props);
    node.append(...children);
    return node;
  };
  const text = make("textarea", { rows: 4, placeholder: "从Excel、WPS、Word复制名册，粘贴到这里；也可以把文件拖进来，或者一行写一人：\n王建国 书记\n张小明 预备党员" });
  text.setAttribute("aria-label", "粘贴名册");
  const file = make("input", { type: "file", accept: ".xlsx,.csv,.txt,.docx" });
  file.setAttribute("aria-label", "选择名册文件");
  const pick = make("label", { className: "ro-pick" }, file, make("span", { textContent: "选择文件…" }));
  const list = make("button", { type: "button", className: "ro-plain", textContent: "列成表核对" });
  const source = make("div", {}, text, make("div", { className: "ro-sum" }, pick, list));
  const problems = make("div", { className: "ro-wrong" });
  problems.setAttribute("role", "alert");
  const host = make("div");
  const take = make("button", { type: "button", className: "ro-take", textContent: "确认导入" });
  const done = make("p", { className: "ro-done" });
  done.setAttribute("role", "status");
  const hint = make("p", { className: "ro-hint", textContent: "新的党员会加上，已有的按名册修改，名册里没有的只列出来、不会移除。先列成表给您核对，确认才保存；空着的格，原来的内容照旧。" });
  const body = make("div", {}, hint, source, problems, host, take);
  const fold = make("details", { className: "ro-panel" }, make("summary", { textContent: "名册导入（Excel、WPS、Word文件，或者粘贴）" }), body);
  el.append(fold, done);
  let table = null, shown = null;

  async function read(chosen, uses) {
    const buffers = chosen ? [await chosen.arrayBuffer()] : [];
    model.send({ read: { text: chosen ? "" : text.value, name: chosen ? chosen.name : "", uses: uses || null, again: Boolean(uses) } }, undefined, buffers);
  }
  function paint() {
    const state = model.get("state");
    fold.open = fold.open || Boolean(state.open || state.table);
    problems.replaceChildren(...(state.problems || []).map((line) => make("p", { textContent: line })));
    problems.hidden = !(state.problems || []).length;
    done.textContent = state.done || "";
    done.hidden = !state.done;
    source.hidden = Boolean(state.table);
    take.hidden = !state.table;
    if (!state.table) { host.replaceChildren(); table = shown = null; if (state.done) { text.value = ""; fold.open = false; } }
    else if (shown !== state.turn) {
      shown = state.turn;
      table = rosterTable(host, { ...state.table, showColumns: state.chosen }, { reread: (uses) => read(null, uses), again: () => model.send({ again: true }), againLabel: "不导入" });
    }
  }
  list.onclick = () => read(null);
  file.onchange = () => { if (file.files[0]) read(file.files[0]); file.value = ""; };
  text.onpaste = () => setTimeout(() => { if (text.value.trim()) read(null); });
  for (const name of ["dragover", "dragleave", "drop"]) {
    body.addEventListener(name, (event) => {
      text.classList.toggle("ro-over", name === "dragover");
      if (name === "dragleave") return;
      event.preventDefault();
      event.stopPropagation();
      if (name === "drop" && event.dataTransfer.files[0]) read(event.dataTransfer.files[0]);
    });
  }
  for (const name of ["keydown", "paste", "copy", "cut"]) body.addEventListener(name, (event) => event.stopPropagation());
  take.onclick = () => {
    if (table.open()) {
      problems.hidden = false;
      problems.replaceChildren(make("p", { textContent: "名单里还有要您看一看的地方。请逐行改正，或者勾选“已核对”。" }));
      table.focusFirst();
      return;
    }
    model.send({ take: table.answer() });
  };
  model.on("change:state", paint);
  paint();
  return () => model.off("change:state", paint);
}

export default { render: ({ model, el }) => panelOf(el, model) };
