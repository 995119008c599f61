// Guided mode for the stage notebooks. Hand-written module-federation container: JupyterLab only needs
// window._JUPYTERLAB[name] = { init(shareScope), get(module) }. What to show comes from the page config ("orglife").
(() => {
  const NAME = 'orglife-lab';
  const ONE_LINE = 64; // px: the bar with the states below the titles, not wrapped
  const here = document.currentScript ? document.currentScript.src : '';
  let scope;
  const shared = async name => {
    const versions = scope[name];
    return (await versions[Object.keys(versions).sort().pop()].get())();
  };
  const make = (tag, words = '', attributes = {}) => {
    const node = document.createElement(tag);
    node.textContent = words;
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    return node;
  };

  // --- before Lab is ready: our look and a cover, so that nobody sees a programmer's tool being built up -----------
  document.documentElement.lang = 'zh-CN';
  document.head.appendChild(make('link', '', { rel: 'stylesheet', href: here.replace(/guided\.js/, 'guided.css') }));
  const dot = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="6" fill="%239b1c1c"/><path d="M9 8h14v3H9zm0 6h14v3H9zm0 6h9v3H9z" fill="white"/></svg>';
  const icon = () => {
    for (const old of document.querySelectorAll('link[rel~="icon"]')) old.remove();
    document.head.appendChild(make('link', '', { rel: 'icon', href: `data:image/svg+xml,${dot.replace(/</g, '%3C').replace(/>/g, '%3E').replace(/ /g, '%20')}` }));
  };
  icon();
  const cover = make('div', '', { class: 'og-cover', role: 'status' });
  let waiting = [];
  const wait = words => {
    waiting.forEach(clearTimeout);
    const more = make('small');
    const sign = make('div', '', { class: 'og-dots', 'aria-hidden': 'true' });
    cover.replaceChildren(sign, make('div', words), more);
    document.body.appendChild(cover);
    waiting = [
      setTimeout(() => { more.textContent = '正在准备，一般要几秒钟。'; sign.classList.add('og-turning'); }, 3000), // a frame painted is time taken from what is waited for
      setTimeout(() => { more.textContent = '比平时久一些，电脑可能比较忙。请再等一会儿，不用重复点击。'; }, 12000),
      setTimeout(() => {
        more.textContent = '等了很久还没有打开。已保存的内容都在。';
        const again = make('button', '重新载入');
        again.onclick = () => location.reload();
        more.appendChild(again);
      }, 45000),
    ];
  };
  const uncover = () => { waiting.forEach(clearTimeout); cover.remove(); };
  wait('正在打开组织生活会工作簿…');

  const part = name => new Promise((done, failed) => {
    const script = make('script', '', { src: here.replace(/guided\.js/, name) });
    script.onload = done;
    script.onerror = failed;
    document.head.appendChild(script);
  });
  const parts = Promise.all([part('doors.js'), part('back.js'), part('lean.js'), part('follow.js')]);
  const root = here.slice(0, here.indexOf('/lab/extensions/'));
  const mark = document.cookie.match(/(?:^|; )_xsrf=([^;]*)/); // a hub wants it of every question that a script asks
  const headers = mark ? { 'X-XSRFToken': decodeURIComponent(mark[1]) } : {};
  const asks = path => fetch(`${root}/lab/api/${path}${new URL(here).search}`, { cache: 'force-cache', headers }).then(answer => answer.json());
  const asked = { settings: asks('settings'), words: asks('translations/zh_CN') }; // Lab asks one after the other, late

  const activate = async app => {
    const { PageConfig } = await shared('@jupyterlab/coreutils');
    const { NotebookActions } = await shared('@jupyterlab/notebook');
    const { Dialog } = await shared('@jupyterlab/apputils');
    const { ServerConnection } = await shared('@jupyterlab/services');
    const { Widget } = await shared('@lumino/widgets');
    const base = PageConfig.getBaseUrl();
    const told = JSON.parse(PageConfig.getOption('orglife') || '{}');
    const steps = told.steps || [];
    const branches = told.branches || [];
    const title = told.app || '';
    document.body.classList.add('og-guided');
    document.body.classList.toggle('og-rehearsing', Boolean(told.rehearsal));

    // --- the bars on top ---------------------------------------------------------------------------------------------
    const nav = new Widget();
    nav.id = 'og-nav';
    nav.addClass('og-nav');
    nav.node.setAttribute('role', 'navigation');
    nav.node.setAttribute('aria-label', '工作步骤');
    const bar = new Widget();
    bar.id = 'og-bar';
    bar.addClass('og-bar');
    bar.node.setAttribute('role', 'alert');
    bar.hide();
    app.shell.add(nav, 'header', { rank: 1 }); // "top" would collide with the menu
    app.shell.add(bar, 'header', { rank: 2 });
    const state = make('span', '', { class: 'og-state', role: 'status' });
    const say = words => { state.textContent = words; };
    const warn = (words, label, action) => {
      bar.node.textContent = words;
      if (label) {
        const button = make('button', label);
        button.onclick = action;
        bar.node.appendChild(button);
      }
      bar.show();
    };
    const calm = () => bar.hide();
    const chrome = () => { // Lab's own bars and side panels
      for (const part of app.shell.layout?.widgets || []) if (/^jp-(top|menu|bottom|title)-panel$|^jp-single-document-mode$/.test(part.id)) part.hide();
      app.shell.collapseLeft();
      app.shell.collapseRight();
      for (const side of ['left', 'right']) if (app.shell.isSideTabBarVisible(side)) app.shell.toggleSideTabBarVisibility(side);
    };
    const stepAt = pathname => steps.find(s => pathname.endsWith(`/tree/${encodeURI(s.path)}`));
    const push = history.pushState.bind(history);
    history.pushState = (data, unused, url) => { // Lab writes the address late, or not at all while one clicks on: `entered` does;
      const step = stepAt(new URL(url, location).pathname); // a second window, though, Lab gives a place of its own before it loads it again
      if (step && step === stepAt(location.pathname)) history.replaceState(data, unused, url);
    };
    const entered = step => { // come back to, or loaded: no step of its own
      if (step && stepAt(location.pathname) !== step) push({}, '', location.pathname.replace(/\/tree\/.*$|\/$/, '') + `/tree/${encodeURI(step.path)}`);
    };
    window.addEventListener('popstate', () => { // the browser's Back and Forward
      const step = stepAt(location.pathname);
      if (step) open(step.path);
    });
    const wanted = PageConfig.getOption('treePath');
    app.restored.then(() => {
      back.share(app.docRegistry.getWidgetFactory('Notebook'));
      open(wanted || steps[0].path); // also a page without a place in the bar; Lab's file browser, which opened it late, is not there
      chrome();
      setTimeout(chrome, 500);
      icon();
    });

    // --- the branch: handed over by `start`, or chosen here once and remembered by the browser ---------------------
    const remembered = `orglife-branch:${told.workspace}`;
    const known = id => branches.some(([key]) => key === id);
    const asked = new URLSearchParams(location.search).get('branch');
    if (asked && known(asked)) localStorage.setItem(remembered, asked);
    const branch = () => branches.length === 1 ? branches[0][0] : known(localStorage.getItem(remembered)) ? localStorage.getItem(remembered) : '';
    const choose = id => { localStorage.setItem(remembered, id); location.reload(); };
    const ask = () => {
      waiting.forEach(clearTimeout);
      const list = make('div', '', { class: 'og-choice' });
      for (const [id, name] of branches) {
        const button = make('button', name);
        button.onclick = () => choose(id);
        list.appendChild(button);
      }
      cover.replaceChildren(make('div', '请选择要处理的党支部'), list, make('small', '以后可以在右上角更换。'));
      document.body.appendChild(cover);
    };

    const request = async (path, init = {}) => {
      const settings = app.serviceManager.serverSettings;
      const answer = await ServerConnection.makeRequest(`${settings.baseUrl}${path}`, init, settings);
      return answer.ok ? answer.json() : null;
    };
    let aimed = ''; // the stage that was asked for last
    let opening = null;
    const open = path => { // one at a time, and of those asked for meanwhile only the last: Lab shows them as they come
      aimed = path;
      opening = opening || bring().finally(() => { opening = null; });
      return opening;
    };
    const bring = async () => {
      const on = () => app.shell.currentWidget?.context?.path;
      for (let tries = 0; tries < 9; tries += 1) {
        const path = aimed;
        performance.mark('og-open');
        await app.commands.execute('docmanager:open', { path, factory: 'Notebook' });
        await until(() => aimed !== path || on() === path, 1000);
        if (aimed === path && on() === path) return;
      }
    };
    const until = async (found, longest) => { // asks again and again for what the page is still building
      for (const end = Date.now() + longest; Date.now() < end; await new Promise(done => setTimeout(done, 60))) if (found()) return found();
      return null;
    };
    const jump = async (path, what) => { // the entry is opened by the form, the field is brought into sight here
      if (app.shell.currentWidget?.context?.path !== path) await open(path);
      const panel = await until(() => panels.find(p => p.context.path === path && ready.has(p)), 60000);
      if (panel) await back.call(panel, `show(${JSON.stringify(what)})`);
      const place = panel && await until(() => [...panel.node.querySelectorAll('.of-here')].find(one => one.offsetParent), 5000);
      if (!place) return;
      place.scrollIntoView({ block: place.offsetHeight > innerHeight * 0.6 ? 'start' : 'center' });
      if (!place.contains(document.activeElement)) (place.querySelector('input, textarea, select, [role][tabindex="0"]') || place.querySelector('.gr-add'))?.focus({ preventScroll: true });
    };
    const follow = window.orglifeFollow({ until });
    const row = make('div', '', { class: 'og-row' });
    const extra = make('div');
    nav.node.append(row, extra);
    const doors = window.orglifeDoors({
      make, told, say: words => { say(words); setTimeout(() => say(''), 4000); }, branch: () => branch(),
      ask: (path, init) => request(path, init), link: path => `${base}${path}`, reload: () => location.reload(),
      refreshAll: () => Promise.all(panels.filter(p => ready.has(p)).map(p => back.refresh(p))),
      redraw: () => { const panel = app.shell.currentWidget; if (panel?.ogOurs) draw(panel); },
    });
    let fitting = 0; // once for all that changes together, when it is painted: to ask for a height is to lay out the page
    const fit = () => { fitting = fitting || requestAnimationFrame(() => { fitting = 0; fitNow(); }); };
    const fitNow = () => { // one line where it can be; Lab gives the bar its least height only: tell it when the row has wrapped
      row.className = 'og-row';
      for (const tight of ['og-tight', 'og-tighter', 'og-tightest']) if (row.offsetHeight > ONE_LINE) row.classList.add(tight);
      const height = `${Math.max(46, row.offsetHeight + extra.offsetHeight)}px`;
      if (nav.node.style.minHeight === height) return;
      nav.node.style.minHeight = height;
      nav.hide();
      nav.show();
    };
    window.addEventListener('resize', fit);
    document.addEventListener('visibilitychange', () => { // back from another window
      const panel = app.shell.currentWidget;
      if (!document.hidden && ready.has(panel)) back.refresh(panel);
    });
    const go = step => { // what is shown already is shown as it is now
      const panel = app.shell.currentWidget;
      if (!opening && panel?.context?.path === step.path) back.refresh(panel);
      else open(step.path);
    };
    const links = steps.map(step => { // made once: a link that is renewed under a pressed mouse is not clicked
      const link = make('a', step.title, { href: `${base}doc/tree/${encodeURI(step.path)}` });
      link.append(make('small'));
      link.onclick = event => { event.preventDefault(); go(step); };
      return link;
    });
    const right = make('span', '', { class: 'og-right' });
    const handbook = make('a', '操作手册', { target: '_blank', rel: 'noopener' }); // opens at the chapter of the page
    row.append(...[make('b', title), doors.badge(), ...links, right].filter(Boolean));
    const draw = panel => {
      const path = panel.context.path;
      const focused = right.contains(document.activeElement) ? [...right.querySelectorAll('a, button, select')].indexOf(document.activeElement) : -1;
      steps.forEach((step, place) => {
        const state = doors.stateOf(step.path);
        const below = links[place].querySelector('small');
        below.className = state ? `og-${state[0]}` : '';
        below.replaceChildren(...(state ? [make('i', state[1], { 'aria-hidden': 'true' })] : []), state ? ` ${state[2]}` : '\u00a0');
        if (step.path === path) links[place].setAttribute('aria-current', 'page');
        else links[place].removeAttribute('aria-current');
      });
      right.replaceChildren(state);
      if (branches.length > 1) {
        const select = make('select', '', { 'aria-label': '党支部' });
        if (!branch()) select.appendChild(make('option', '选一个支部', { value: '', hidden: '' }));
        for (const [id, name] of branches) select.appendChild(make('option', name, { value: id }));
        select.value = branch();
        select.onchange = () => choose(select.value);
        right.appendChild(select);
      }
      right.appendChild(doors.authorButton());
      handbook.href = `${base}orglife/handbook/${encodeURIComponent('操作手册.pdf')}#nameddest=${path.split('/').pop().replace('.ipynb', '')}`;
      right.appendChild(handbook);
      const again = make('button', '重新载入');
      again.onclick = () => back.reopen(panel);
      const anew = doors.anewButton();
      if (anew) right.appendChild(anew);
      right.appendChild(again);
      const logout = doors.logoutButton();
      if (logout) right.appendChild(logout);
      if (focused >= 0) right.querySelectorAll('a, button, select')[focused]?.focus();
      extra.replaceChildren(...[doors.card(path)].filter(Boolean));
      fit();
      const step = steps.find(s => s.path === path);
      document.title = step ? `${step.title} · ${title}` : title;
    };
    new MutationObserver(() => { // Lab writes the file's name there
      if (/JupyterLab|\.ipynb/.test(document.title)) {
        const step = steps.find(s => s.path === app.shell.currentWidget?.context?.path);
        document.title = step ? `${step.title} · ${title}` : title;
      }
    }).observe(document.querySelector('title'), { childList: true });

    // --- open stages: all stay open; they share one kernel --------------------------------------------------------------
    const panels = [];
    const ready = new Set(); // panels whose cells have run in the kernel that there is
    const unnamed = panel => { // Lab calls our sheet a feed of "Cells": not for a screen reader
      for (const node of panel.node.querySelectorAll('.jp-Cell, .jp-WindowedPanel-viewport')) {
        node.removeAttribute('aria-label');
        if (node.getAttribute('role') === 'feed') node.removeAttribute('role');
      }
    };
    const begin = panel => { // Lab puts the cursor on its last cell: the keys begin at the top, or where they were last
      const at = document.activeElement;
      if (app.shell.currentWidget !== panel || !(at === document.body || at?.matches('.jp-Cell, .jp-Notebook, .jp-WindowedPanel-outer'))) return;
      const last = panel.ogLast?.isConnected ? panel.ogLast : null;
      if (!last) panel.content.activeCellIndex = 0;
      (last || panel.content.activeCell.node).focus({ preventScroll: true });
    };
    const shown = panel => {
      entered(steps.find(s => s.path === panel.context.path));
      draw(panel);
      say('');
      delete document.body.dataset.ogReady;
      if (ready.has(panel)) { uncover(); begin(panel); document.body.dataset.ogReady = panel.context.path; back.refresh(panel); }
      else {
        const step = steps.find(s => s.path === panel.context.path);
        cover.classList.add('og-below');
        cover.style.setProperty('--og-top', `${nav.node.offsetHeight || 48}px`);
        wait(`正在打开“${step?.title || ''}”…`);
        back.run(panel);
      }
    };
    const turned = panel => { // Lab, late, opens the address once more, or what was clicked before: a click came between
      if (!panel?.ogOurs || app.shell.currentWidget !== panel) return;
      if (aimed && panel.context.path !== aimed) open(aimed);
      else shown(panel);
    };
    app.shell.currentChanged?.connect((_, change) => turned(change.newValue));

    const back = window.orglifeBack({
      NotebookActions, Dialog, base, signOfLife: told.sign_of_life, hub: told.hub, panels, ready, wait, uncover, warn, calm, nav: nav.node,
      services: app.serviceManager, current: () => app.shell.currentWidget,
      branch: () => branches.length > 1 ? branch() : '',
      ask: path => branches.length > 1 && !branch() && !steps.find(s => s.path === path)?.bureau && (ask(), true),
      ran: (panel, good) => {
        unnamed(panel);
        if (app.shell.currentWidget !== panel) return;
        uncover();
        say(good ? '' : '有一步没有完成，请看页面里的说明');
        begin(panel);
        document.body.dataset.ogReady = panel.context.path;
      },
    });

    // --- a calendar for the fields of days: loaded when the first of them is entered ----------------------------------
    const DAY = ':is(.of-k-day, .gr-k-day) input';
    let calendar = null;
    const dated = event => {
      if (!event.target.matches?.(DAY)) return;
      const asks = event.key === 'F4' || (event.key === 'ArrowDown' && event.altKey && !event.target.closest('.gr')); // there it moves the row
      if (event.type === 'keydown' && !asks) return;
      calendar = calendar || part('calendar.js').then(() => window.orglifeCalendar({ make, days: told.days || {} }));
      const { type, target, offsetX, detail } = event;
      calendar.then(met => met({ type, target, offsetX, detail }));
    };

    // --- a stage notebook --------------------------------------------------------------------------------------------
    const prepare = (panel, context) => {
      panel.ogOurs = true;
      panels.push(panel);
      doors.listen(panel);
      doors.serve(panel);
      follow(panel);
      panel.content.node.setAttribute('aria-label', steps.find(s => s.path === context.path)?.title || title); // Lab's is English
      for (const kind of ['focusin', 'click', 'keydown']) panel.node.addEventListener(kind, dated, true);
      panel.toolbar.hide();
      panel.content.node.addEventListener('focusin', event => { if (event.target.closest('.jp-OutputArea')) panel.ogLast = event.target; });
      // never dirty, never edited, none of Lab's own menus
      const clean = () => { if (context.model.dirty) context.model.dirty = false; };
      context.model.contentChanged.connect(clean);
      context.model.stateChanged.connect(clean);
      panel.node.addEventListener('contextmenu', event => event.stopPropagation(), true);
      panel.node.addEventListener('click', event => { // links to other stages, and behind # to a place in their forms
        const [page, what] = (event.target.closest('a')?.getAttribute('href') || '').split('#');
        const target = decodeURIComponent(page).split('?')[0].split('/').pop();
        const step = target && steps.find(s => s.path.endsWith(`/${target}`));
        if (!step) return;
        event.preventDefault();
        event.stopPropagation();
        if (what) jump(step.path, decodeURIComponent(what));
        else open(step.path);
      }, true);
      panel.content.node.addEventListener('dblclick', event => { if (event.target.closest('.jp-MarkdownCell')) event.stopPropagation(); }, true);
      for (const cell of panel.content.widgets) if (cell.model.type === 'code') cell.inputHidden = true;
      for (const overlay of panel.node.querySelectorAll('.jp-OutputArea-promptOverlay')) overlay.remove(); // Lab asks for its height at each output
      turned(panel);
    };
    app.docRegistry.addWidgetExtension('Notebook', {
      createNew: (panel, context) => {
        context.ready.then(() => { if (context.model.getMetadata('orglife')) prepare(panel, context); else uncover(); });
      },
    });

    // --- keys and drops that would break things; Lab's own shortcuts are off by the page config ----------------------
    window.addEventListener('keydown', event => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 's') {
        event.preventDefault();
        say('内容会自动保存，不用按 Ctrl+S');
        setTimeout(() => say(''), 3000);
      } // outside of a field the browser would take back what was typed in one, out of sight
      if ((event.ctrlKey || event.metaKey) && /^[zy]$/i.test(event.key) && !event.target.closest?.('input, textarea, .gr')) event.preventDefault();
    }, true);
    for (const kind of ['dragover', 'drop']) window.addEventListener(kind, event => { // else the browser leaves for the file
      if (event.dataTransfer?.types?.includes('Files')) event.preventDefault();
    });
  };

  const plugin = { id: `${NAME}:plugin`, autoStart: true, activate };
  // __esModule must be an own property, else Lab takes the wrapper for the plugin and the whole page stays blank
  const get = async module => {
    if (module === './style') return () => ({});
    await parts;
    const plugins = [plugin, ...await window.orglifeLean({ shared, name: NAME, asked })];
    return () => ({ __esModule: true, default: plugins });
  };
  (window._JUPYTERLAB = window._JUPYTERLAB || {})[NAME] = { init: given => { scope = given; }, get };
})();
