// What the guided page shows and asks for beside Lab: each stage's state, papers made on a click, who types, the
// rehearsal's banner and tour. Loaded by guided.js, which hands over what it knows; it returns what the bars call.
window.orglifeDoors = ({ make, ask, say, told, reload, refreshAll, branch, redraw, link }) => {
  let states = {};
  let author = '';
  let note = '';
  let asked = true;
  let people = [];

  const act = async (name, wanted) => {
    try {
      const answer = await ask(`orglife/do/${name}`, { method: 'POST', body: JSON.stringify(wanted) });
      return answer || { problems: ['程序没有回应，这一步没有完成。请稍后再试。'] };
    } catch (error) { return { problems: ['程序没有回应，这一步没有完成。请稍后再试。'] }; }
  };

  // --- another entry was chosen and is not there yet: what is typed now would go into it with the old one's words -----
  const PATIENCE = 8000; // ms; then the old entry may be typed in again
  const chosen = event => {
    const by = event.target.closest?.(event.type === 'change' ? '.of-lines select' : '.of > .of-buttons > .of-add');
    const form = by?.closest('.of');
    const place = form?.querySelector(':scope > .of-place');
    const status = form?.querySelector(':scope > .of-status-box');
    if (!place?.children.length || !status) return;
    const entry = () => status.querySelector('[data-entry]')?.dataset.entry;
    const before = entry();
    const fields = [...place.querySelectorAll('input, textarea')];
    const done = () => {
      watch.disconnect();
      clearTimeout(late);
      place.classList.remove('of-waiting');
      for (const field of fields) field.readOnly = false;
    };
    const watch = new MutationObserver(() => { if (entry() !== before || status.querySelector('.of-bad')) done(); });
    const late = setTimeout(done, PATIENCE);
    watch.observe(status, { childList: true, subtree: true, attributes: true });
    place.classList.add('of-waiting');
    for (const field of fields) field.readOnly = true; // an input method cannot be stopped once it composes
  };
  const hold = event => {
    if (!event.target.closest?.('.of-waiting')) return;
    event.preventDefault();
    event.stopPropagation();
  };

  // --- a new entry stands below the list, often out of sight: the cursor goes where it begins ------------------------
  const begun = async event => {
    const button = event.target.closest?.('.of > .of-buttons > .of-add');
    const form = button?.closest('.of');
    const entry = () => form?.querySelector(':scope > .of-status-box [data-entry]')?.dataset.entry;
    const before = entry();
    const first = () => form?.querySelector(':scope > .of-place:not(.of-waiting) > .of-column :is(input, textarea, select)');
    for (const end = Date.now() + PATIENCE; form && Date.now() < end; await new Promise(next => setTimeout(next, 60))) {
      if (!form.isConnected || ![button, document.body].includes(document.activeElement)) return; // somebody went on
      if (entry() === before || !first()) continue;
      first().scrollIntoView({ block: 'center' });
      first().focus({ preventScroll: true });
      return;
    }
  };

  // --- the back may be slow to hear of a key: “✓ 已保存” must not stand over a word that it has not heard of ----------
  const unheard = event => {
    const status = event.target.closest?.('.of-place') && event.target.closest('.of')?.querySelector(':scope > .of-status-box');
    if (!status || status.classList.contains('of-unheard') || event.target.closest('.gr')) return;
    const done = () => { watch.disconnect(); clearTimeout(late); status.classList.remove('of-unheard'); };
    const watch = new MutationObserver(done);
    const late = setTimeout(done, PATIENCE);
    watch.observe(status, { childList: true, subtree: true });
    status.classList.add('of-unheard');
  };

  // --- letters that an input method composes are no entry yet, and nothing is written over them -----------------------
  const ofForm = field => field.closest?.('.of') && !field.closest('.gr'); // a table sees to it itself
  const composing = event => {
    if (event.isComposing && ofForm(event.target)) event.stopPropagation();
  };
  const composes = event => {
    const field = event.target;
    if (!ofForm(field) || Object.hasOwn(field, 'value')) return;
    const own = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(field), 'value');
    Object.defineProperty(field, 'value', { configurable: true, get() { return own.get.call(this); }, set() {} }); // ipywidgets: another window changed it
  };
  const composed = event => {
    if (!Object.hasOwn(event.target, 'value')) return;
    delete event.target.value;
    event.target.dispatchEvent(new InputEvent('input', { bubbles: true }));
  };

  // --- files that are too much for one message would vanish without a word (``UPLOAD`` in lab.py): said at once ----------
  const MOST = 95; // MB in one go
  const watched = new WeakSet();
  const bringing = event => { // the widget's own file field stands in no page: it is met when the button opens it
    const panel = event.target.closest?.('.og-bring .widget-upload')?.closest('.og-bring');
    if (!panel) return;
    const proto = HTMLInputElement.prototype;
    const click = proto.click;
    const back = () => { proto.click = click; };
    proto.click = function opened() {
      back();
      if (this.type === 'file' && !watched.has(this)) {
        watched.add(this);
        this.addEventListener('change', chose => {
          panel.querySelectorAll('.og-much').forEach(one => one.remove());
          const size = [...this.files].reduce((sum, file) => sum + file.size, 0) / 1024 / 1024;
          if (size <= MOST) return;
          chose.stopImmediatePropagation();
          const words = `选中的文件一共有${Math.ceil(size)}MB，一次最多${MOST}MB，没有收。请分几次选。`;
          panel.append(make('div', words, { class: 'og-much', role: 'alert' }));
        }, true);
      }
      click.call(this);
    };
    setTimeout(back);
  };

  // --- for a reader of the screen: what stands below a field belongs to it, and which fields belong together ---------
  let named = 0;
  const idOf = node => { node.id ||= `og-n${++named}`; return node.id; };
  const put = (node, name, value) => {
    if (!value) node.removeAttribute(name);
    else if (node.getAttribute(name) !== value) node.setAttribute(name, value);
  };
  const describe = root => {
    for (const field of root.querySelectorAll('textarea:not([autocomplete]), input:not([autocomplete])')) {
      field.autocomplete = 'off'; // else the browser writes what is typed into its session file and its list of suggestions
    }
    for (const button of root.querySelectorAll('.widget-upload')) { // how many files are chosen: nobody asked, and (0) looks like a fault
      const words = button.lastChild;
      if (/ \(\d+\)$/.test(words?.data || '')) words.data = words.data.replace(/ \(\d+\)$/, '');
    }
    for (const field of root.querySelectorAll('.of-field')) {
      const [box, note] = field.children;
      const below = note?.textContent.trim() ? idOf(note) : '';
      const many = box.matches('.of-ticks');
      if (many) put(box, 'aria-describedby', below);
      for (const control of box.querySelectorAll('input, select, textarea')) {
        if (!many) put(control, 'aria-describedby', below);
        put(control, 'aria-invalid', box.matches('.of-bad') ? 'true' : '');
      }
    }
    for (const title of root.querySelectorAll('.of-ticks > .of-label, .of-frame > .of-legend')) {
      put(title.parentElement, 'role', 'group');
      put(title.parentElement, 'aria-labelledby', idOf(title));
    }
  };

  // --- what the notebook tells: renewed with every save ------------------------------------------------------------
  const listen = panel => {
    let last = '';
    const read = () => {
      const all = panel.node.querySelectorAll('[data-og-told]');
      const words = all.length ? all[all.length - 1].dataset.ogTold : '';
      if (!words || words === last) return;
      last = words;
      const heard = JSON.parse(words);
      states = heard.states ?? states; // the bureau's own pages tell only who types
      ({ author = '', people = [], note = '', asked = true } = heard);
      redraw();
    };
    let owed = false; // once for all that changes together
    const look = () => {
      if (owed) return;
      owed = true;
      requestAnimationFrame(() => { owed = false; read(); describe(panel.node); });
    };
    new MutationObserver(look).observe(panel.node, { childList: true, subtree: true, attributeFilter: ['class'] });
    read();
  };
  const stateOf = path => states[path];

  // --- papers: made on a click, offered as links under the buttons ---------------------------------------------------
  const out = (place, words, ...links) => {
    place.replaceChildren(words, ...links.flatMap(each => [' ', each]));
  };
  const clicked = async event => {
    const button = event.target.closest?.('[data-og-make]');
    if (!button) return;
    event.preventDefault();
    event.stopPropagation();
    const { ogMake: what, stage, kind } = button.dataset;
    const box = button.closest('.og-made');
    const place = box.querySelector('.og-out');
    const all = [...box.querySelectorAll('button')];
    for (const each of all) each.disabled = true;
    out(place, `正在做“${button.textContent}”…`);
    const made = await act('make', { what, stage, kind, branch: branch() });
    for (const each of all) each.disabled = false;
    button.focus();
    if (!made.url) { out(place, `没有做成：${(made.problems || []).join('')}`); return; }
    const url = link(made.url);
    const shownHere = kind === 'pdf' || kind === 'html';
    const open = make('a', '打开', { href: url, target: '_blank', rel: 'noopener' });
    const save = make('a', '另存到电脑', { href: `${url}?save=1`, download: made.name });
    out(place, `已做好：${made.name}`, ...(shownHere ? [open] : []), save);
    for (const words of made.told || []) place.append(make('small', words));
    if (!shownHere) save.click();
    else window.open(url, '_blank', 'noopener');
  };
  // --- the end: the server is told to end, and this page becomes one that asks nothing -------------------------------
  const UNHEARD = 700; // ms that the last key may take to reach the back
  const leave = async event => {
    const button = event.target.closest?.('[data-og-quit]');
    if (!button) return;
    event.preventDefault();
    event.stopPropagation();
    const place = button.closest('.og-made').querySelector('.og-out');
    button.disabled = true;
    out(place, '正在保存、退出…');
    document.activeElement?.blur?.();
    await new Promise(next => setTimeout(next, UNHEARD));
    const answer = await act('quit', {});
    if (answer.problems) { button.disabled = false; out(place, answer.problems.join('')); return; }
    if (told.hub) { location.replace(link('logout')); return; } // it ends the server
    const page = document.implementation.createHTMLDocument('已退出 · 组织生活会工作簿');
    page.documentElement.lang = 'zh-CN';
    const box = page.body.appendChild(make('main', '', { style: 'max-width:720px;margin:18vh auto;font:18px/1.8 sans-serif;color:#1f2933' }));
    box.append(make('h1', '已退出', { style: 'font-size:24px;color:#7f1d1d' }), make('p', answer.told));
    location.replace(URL.createObjectURL(new Blob([`<!DOCTYPE html>${page.documentElement.outerHTML}`], { type: 'text/html;charset=utf-8' })));
  };
  const logoutButton = () => { // of a hub: it ends the server, which saves what was typed
    if (!told.hub) return null;
    const button = make('button', '退出登录');
    button.onclick = async () => {
      button.disabled = true;
      document.activeElement?.blur?.();
      await new Promise(next => setTimeout(next, UNHEARD));
      const answer = await act('quit', {});
      if (!answer.problems) { location.replace(link('logout')); return; }
      button.disabled = false;
      say(answer.problems.join(''));
    };
    return button;
  };
  const serve = panel => {
    panel.node.addEventListener('click', clicked, true);
    panel.node.addEventListener('click', leave, true);
    for (const kind of ['change', 'click']) panel.node.addEventListener(kind, chosen, true);
    panel.node.addEventListener('click', begun, true);
    panel.node.addEventListener('click', bringing, true);
    for (const [kind, action] of [['input', composing], ['compositionstart', composes], ['compositionend', composed]]) panel.node.addEventListener(kind, action, true);
    panel.node.addEventListener('input', unheard, true);
    for (const kind of ['beforeinput', 'mousedown', 'click', 'paste']) panel.node.addEventListener(kind, hold, true);
  };

  // --- who types ---------------------------------------------------------------------------------------------------
  const window_ = (title, ...parts) => { // a small window over the page; Esc closes it
    const before = document.activeElement;
    const box = make('div', '', { class: 'og-window', role: 'dialog', 'aria-modal': 'true', 'aria-label': title });
    const shade = make('div', '', { class: 'og-shade' });
    const close = () => { shade.remove(); before?.focus?.(); };
    const shut = make('button', '关闭', { class: 'og-plain' });
    shut.onclick = close;
    box.append(make('h2', title), ...parts, shut);
    shade.append(box);
    shade.addEventListener('keydown', event => {
      if (event.isComposing || event.keyCode === 229) return; // Esc closes the candidates
      if (event.key === 'Escape') close();
      event.stopPropagation();
      if (event.key !== 'Tab') return;
      const stops = [...box.querySelectorAll('button, input, a')];
      const at = stops.indexOf(document.activeElement) + (event.shiftKey ? -1 : 1);
      event.preventDefault();
      stops[(at + stops.length) % stops.length].focus();
    });
    document.body.append(shade);
    (box.querySelector('input') || shut).focus();
    return close;
  };
  const chooseAuthor = () => {
    const field = make('input', '', { id: 'og-author', maxlength: '40', autocomplete: 'off' });
    const names = make('div', '', { class: 'og-names' });
    const wrong = make('p', '', { role: 'alert', class: 'og-wrong' });
    const keep = async name => {
      const answer = await act('author', { author: name });
      if (answer.problems) { wrong.textContent = answer.problems.join(''); return; }
      author = answer.author;
      close();
      redraw();
      await refreshAll();
      say(`录入人已改为${author}`);
    };
    for (const name of people) {
      const button = make('button', name);
      if (name === author) button.setAttribute('aria-current', 'true');
      button.onclick = () => keep(name);
      names.append(button);
    }
    const form = make('form');
    form.append(make('label', '录入人姓名', { for: 'og-author' }), field, make('button', '确定', { type: 'submit' }));
    form.onsubmit = event => { event.preventDefault(); keep(field.value); };
    const close = asked
      ? window_('现在由谁录入？', make('p', note), form, names, wrong)
      : window_(`录入人：${author}`, make('p', note));
  };
  const authorButton = () => {
    const button = make('button', `录入人：${author || '请选择'}`, { class: 'og-author' });
    button.onclick = chooseAuthor;
    return button;
  };

  // --- the rehearsal: always marked, begun anew at will, with a short tour ------------------------------------------
  const anew = () => {
    const wrong = make('p', '', { role: 'alert', class: 'og-wrong' });
    const yes = make('button', '重新开始');
    yes.onclick = async () => {
      yes.disabled = true;
      const answer = await act('reset', {});
      if (answer.problems) { wrong.textContent = answer.problems.join(''); yes.disabled = false; return; }
      for (const key of Object.keys(localStorage)) if (key.startsWith(`orglife-tour:${told.workspace}`)) localStorage.removeItem(key);
      reload();
    };
    window_('重新开始演练？', make('p', '演练中填写的内容会全部换回开始时的样子。正式数据不受影响。'), wrong, yes);
  };
  const invented = '数据均为虚构，文件都印有〔演练〕，与正式数据分开存放。随便试，不怕弄坏。';
  const badge = () => told.rehearsal ? make('span', '演练', { class: 'og-badge', role: 'note', title: invented }) : null;
  const anewButton = () => {
    if (!told.rehearsal) return null;
    const again = make('button', '重新开始演练');
    again.onclick = anew;
    return again;
  };
  const card = path => {
    const step = (told.tour || []).find(each => each.path === path);
    const key = `orglife-tour:${told.workspace}:${path}`;
    if (!step || localStorage.getItem(key)) return null;
    const box = make('div', '', { class: 'og-tour', role: 'note', 'aria-label': '导览' });
    const done = make('button', '知道了');
    done.onclick = () => { localStorage.setItem(key, '1'); redraw(); };
    const words = make('span', step.words);
    words.append(make('small', invented));
    box.append(make('b', `导览 ${step.number}/${told.tour.length}`), words, done);
    return box;
  };

  return { listen, serve, stateOf, authorButton, logoutButton, badge, anewButton, card };
};
