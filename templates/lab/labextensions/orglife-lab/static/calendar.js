// A calendar beside a day's field, for those who would rather point than type. The field stays a text: what is typed in it
// is read by Python, and what is picked here is written into it as text. guided.js loads this when a day's field is entered.
window.orglifeCalendar = ({ make, days }) => {
  const MONTHS = ['一月', '二月', '三月', '四月', '五月', '六月', '七月', '八月', '九月', '十月', '十一月', '十二月'];
  const WEEK = ['一', '二', '三', '四', '五', '六', '日'];
  const STEPS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };
  const NEAR = 120; // days around the campaign in which today is the day to begin with
  const ICON = 30; // px at the end of a field
  const FIRST = 1900;
  const LAST = 2199;

  const day = (year, month, number) => new Date(Date.UTC(year, month, number));
  const plus = (at, number) => day(at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate() + number);
  const months = (at, number) => { // the same day of another month, or its last
    const [year, month] = [at.getUTCFullYear(), at.getUTCMonth() + number];
    return day(year, month, Math.min(at.getUTCDate(), day(year, month + 1, 0).getUTCDate()));
  };
  const words = at => `${at.getUTCFullYear()}年${at.getUTCMonth() + 1}月${at.getUTCDate()}日`;
  const iso = at => at.toISOString().slice(0, 10);
  const valid = (year, month, number) => {
    const at = day(year, month - 1, number);
    return year >= FIRST && year <= LAST && at.getUTCMonth() === month - 1 && at.getUTCDate() === number ? at : null;
  };
  const today = () => days.today ? new Date(`${days.today}T00:00:00Z`) : day(new Date().getFullYear(), new Date().getMonth(), new Date().getDate());
  const inCampaign = at => Boolean(days.from) && iso(at) >= days.from && iso(at) <= days.to;

  /** The day that a field holds, or null. How Python has read it stands below the field. */
  const held = field => {
    const text = field.value.normalize('NFKC');
    const below = field.closest('.of-field')?.querySelector('.of-echo')?.textContent || '';
    const full = /(\d{4})\D{1,2}(\d{1,2})\D{1,2}(\d{1,2})/.exec(text) || (text.trim() && /(\d{4})年(\d{1,2})月(\d{1,2})日/.exec(below));
    if (full) return valid(+full[1], +full[2], +full[3]);
    const short = /(\d{1,2})\s*[月./-]\s*(\d{1,2})/.exec(text);
    return short && valid(+(days.from || iso(today())).slice(0, 4), +short[1], +short[2]);
  };
  const start = () => {
    const now = today(), from = days.from && new Date(`${days.from}T00:00:00Z`);
    return from && Math.abs(now - from) > NEAR * 86400000 ? from : now;
  };

  let open = null; // { box, field, at }

  /** The field, also after its table was painted again. */
  const lookup = field => {
    const grid = field.closest('.gr'), key = field.closest('tr')?.dataset.key, column = field.dataset.c;
    if (!grid) return () => field;
    return () => [...grid.querySelectorAll('tbody tr')].find(tr => tr.dataset.key === key)?.querySelector(`input[data-c="${column}"]`);
  };

  const close = back => {
    if (!open) return;
    const { box, find } = open;
    open = null;
    document.removeEventListener('pointerdown', outside, true);
    window.removeEventListener('scroll', put, true);
    window.removeEventListener('resize', put);
    box.remove();
    if (back) find()?.focus();
  };
  const outside = event => { if (open && !open.box.contains(event.target)) close(false); };

  const pick = at => {
    const field = open.find();
    close(false);
    if (!field || field.disabled) return;
    field.focus();
    field.value = words(at);
    for (const kind of ['input', 'change']) field.dispatchEvent(new Event(kind, { bubbles: true }));
    field.setSelectionRange(field.value.length, field.value.length);
  };

  const put = () => { // below the field, or above it where there is no room
    const field = open.find();
    if (!field?.offsetParent) return close(false);
    const { left, top, bottom } = field.getBoundingClientRect(), { offsetWidth: wide, offsetHeight: high } = open.box;
    const y = bottom + high + 4 > innerHeight && top - high - 4 > 0 ? top - high - 4 : bottom + 4;
    open.box.style.left = `${Math.max(4, Math.min(left, innerWidth - wide - 4))}px`;
    open.box.style.top = `${Math.max(4, Math.min(y, innerHeight - high - 4))}px`;
    return undefined;
  };

  const draw = focus => {
    const { at, chosen, box } = open, year = at.getUTCFullYear(), month = at.getUTCMonth();
    const first = day(year, month, 1), skipped = (first.getUTCDay() + 6) % 7, now = iso(today());
    const button = (sign, label, to) => {
      const made = make('button', sign, { type: 'button', 'aria-label': label, title: label });
      made.onclick = () => { open.at = to(open.at); draw(label); };
      return made;
    };
    const head = make('div', '', { class: 'og-cal-head' });
    head.append(button('«', '上一年', d => months(d, -12)), button('‹', '上一月', d => months(d, -1)),
      make('b', `${year}年 ${MONTHS[month]}`, { 'aria-live': 'polite' }), button('›', '下一月', d => months(d, 1)), button('»', '下一年', d => months(d, 12)));
    const table = make('table', '', { role: 'grid', 'aria-label': `${year}年${MONTHS[month]}` });
    const names = make('tr');
    for (const name of WEEK) names.append(make('th', name, { scope: 'col', abbr: `星期${name}` }));
    table.append(make('thead'), make('tbody'));
    table.tHead.append(names);
    for (let week = plus(first, -skipped); week <= day(year, month + 1, 0); week = plus(week, 7)) {
      const row = make('tr');
      for (let n = 0; n < 7; n += 1) {
        const one = plus(week, n), cell = make('td', '', { role: 'gridcell' });
        const label = `${words(one)} 星期${WEEK[n]}${inCampaign(one) ? '，方案规定的开会时间' : ''}`;
        const made = make('button', String(one.getUTCDate()), { type: 'button', 'data-day': iso(one), 'aria-label': label, tabindex: iso(one) === iso(at) ? '0' : '-1' });
        made.className = [one.getUTCMonth() === month ? '' : 'og-cal-other', inCampaign(one) ? 'og-cal-in' : '', iso(one) === now ? 'og-cal-now' : ''].join(' ').trim();
        if (chosen && iso(one) === iso(chosen)) cell.setAttribute('aria-selected', 'true');
        made.onclick = () => pick(one);
        cell.append(made);
        row.append(cell);
      }
      table.tBodies[0].append(row);
    }
    const foot = make('div', '', { class: 'og-cal-foot' }), here = make('button', '今天', { type: 'button' });
    here.onclick = () => pick(today());
    foot.append(here, ...(days.from ? [make('span', '方案规定的开会时间', { class: 'og-cal-key' })] : []));
    box.replaceChildren(head, table, foot);
    const wanted = focus === true ? `[data-day="${iso(at)}"]` : `[aria-label="${focus}"]`;
    box.querySelector(wanted)?.focus({ preventScroll: true });
  };

  const keys = event => {
    const { key, shiftKey, target } = event;
    event.stopPropagation();
    if (key === 'Escape') { event.preventDefault(); return close(true); }
    if (key === 'Tab') { // round: the calendar stands at the end of the page, not beside its field
      const stops = [...open.box.querySelectorAll('button:not([tabindex="-1"])')];
      const next = stops[(stops.indexOf(target) + (shiftKey ? -1 : 1) + stops.length) % stops.length];
      event.preventDefault();
      return next.focus();
    }
    if (!target.dataset.day) return undefined;
    const to = key in STEPS ? plus(open.at, STEPS[key]) : key === 'PageUp' ? months(open.at, shiftKey ? -12 : -1)
      : key === 'PageDown' ? months(open.at, shiftKey ? 12 : 1) : key === 'Home' ? plus(open.at, -((open.at.getUTCDay() + 6) % 7))
        : key === 'End' ? plus(open.at, 6 - ((open.at.getUTCDay() + 6) % 7)) : null;
    if (!to) return undefined;
    event.preventDefault();
    open.at = to;
    return draw(true);
  };

  const show = field => {
    close(false);
    const label = field.getAttribute('aria-label') || field.labels?.[0]?.textContent || '';
    const box = make('div', '', { class: 'og-cal', role: 'dialog', 'aria-label': `选择日期：${label.replace(/\s*\*\s*$/, '')}` });
    const chosen = held(field);
    open = { box, chosen, at: chosen || start(), find: lookup(field) };
    box.addEventListener('keydown', keys);
    document.body.append(box);
    draw(true);
    put();
    document.addEventListener('pointerdown', outside, true);
    window.addEventListener('scroll', put, true);
    window.addEventListener('resize', put);
  };

  /** What happened in a day's field. */
  return ({ type, target, offsetX, detail }) => {
    if (!target.isConnected || target.disabled || target.readOnly) return;
    if (type === 'focusin') {
      target.setAttribute('aria-haspopup', 'dialog');
      target.setAttribute('aria-keyshortcuts', 'F4');
      return;
    }
    if (type === 'click' && (!detail || offsetX < target.offsetWidth - ICON)) return;
    show(target);
  };
};
