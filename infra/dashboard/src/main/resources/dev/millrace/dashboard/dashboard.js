'use strict';
// What the server has sent so far. Text from documents is only ever set as textContent.
const nothing = () => ({ replayed: 0, steps: null, latest: null, checkpoints: [], evaluations: [], unread: 0, funnel: {}, dropped: {}, packing: {}, curriculum: null, controls: null, released: null, branches: [], trained: [], domains: [], mixtures: [], phases: [] });
const run = nothing();
const seen = []; // Counts over the last half minute, for rates.
const charts = {};
const RATE_SECONDS = 30;
const SETTLE_SECONDS = 2; // What was counted when nobody looked is old: it is counted anew by then.
const HOUR_MILLIS = 3_600_000;
const CHECKPOINTS_SHOWN = 10;
const COLOURS = ['#2f7fc1', '#d9822b', '#2e9e6b', '#b5509c', '#c0453c', '#6d6fd1', '#87902b', '#2aa5a8'];

const $ = id => document.getElementById(id);
const whole = n => Math.round(n).toLocaleString('en');
const short = n => n >= 1e9 ? (n / 1e9).toFixed(2) + ' G' : n >= 1e6 ? (n / 1e6).toFixed(2) + ' M'
    : n >= 1e4 ? (n / 1e3).toFixed(1) + ' k' : whole(n);
const sum = list => list.reduce((a, b) => a + b, 0);
const fixed = (n, digits) => n === null || n === undefined ? '–' : n >= 1e5 ? n.toExponential(2) : n.toFixed(digits);
const last = list => list[list.length - 1];
const css = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function element(name, text, cls) {
  const e = document.createElement(name);
  if (text !== undefined) e.textContent = text;
  if (cls) e.className = cls;
  return e;
}

function domainColour(name) {
  let at = run.domains.indexOf(name);
  if (at < 0) at = run.domains.push(name) - 1;
  return COLOURS[at % COLOURS.length];
}

// ---- charts

/** Where phases of the curriculum begin, as lines with their numbers. */
const boundaries = {
  id: 'boundaries',
  afterDatasetsDraw(c) {
    const { ctx, chartArea: area, scales: { x } } = c;
    ctx.save();
    ctx.strokeStyle = ctx.fillStyle = css('--soft');
    ctx.setLineDash([4, 3]);
    ctx.font = '12px system-ui, sans-serif';
    for (const { phase, ordinal } of run.released?.phases ?? []) {
      const at = x.getPixelForValue(ordinal);
      if (at < area.left - 1 || at > area.right + 1) continue;
      ctx.beginPath();
      ctx.moveTo(at, area.top);
      ctx.lineTo(at, area.bottom);
      ctx.stroke();
      ctx.fillText('phase ' + (phase + 1), at + 4, area.top + 12);
    }
    ctx.restore();
  },
};

function chart(id, x, y, extra = {}, plugins = []) {
  charts[id] = new Chart($(id), {
    type: 'line',
    plugins,
    data: { datasets: [] },
    options: {
      animation: false, parsing: false, normalized: true, responsive: true, maintainAspectRatio: false,
      interaction: { mode: 'nearest', axis: 'x', intersect: false },
      elements: { point: { radius: 0, hitRadius: 6 }, line: { borderWidth: 1.5 } },
      plugins: {
        legend: { position: 'top', align: 'end', labels: { boxWidth: 14, boxHeight: 2, filter: item => item.text } },
        tooltip: { filter: item => item.dataset.label },
        decimation: { enabled: true, algorithm: 'lttb', samples: 600, threshold: 1200 },
      },
      scales: {
        x: { type: 'linear', title: { display: true, text: x }, ticks: { maxTicksLimit: 8, precision: 0, callback: v => short(v) } },
        y: { title: { display: true, text: y }, ...extra },
        ...(extra.right ? { right: extra.right } : {}),
      },
    },
  });
}

function theme() {
  Chart.defaults.color = css('--soft');
  Chart.defaults.borderColor = css('--line');
  for (const c of Object.values(charts)) {
    for (const s of Object.values(c.options.scales)) {
      s.grid = { ...s.grid, color: css('--line') };
      s.ticks.color = css('--soft');
      s.title.color = css('--soft');
    }
    c.options.plugins.legend.labels.color = css('--soft');
    c.update('none');
  }
}

function show(id, lines) {
  charts[id].data.datasets = lines.map(l => ({ label: l.name, data: l.points, borderColor: l.colour,
    backgroundColor: l.colour, yAxisID: l.axis || 'y', order: l.order || 0, borderDash: l.dash || [], pointRadius: l.radius || 0,
    pointStyle: l.style || 'circle', fill: l.fill ?? false,
    ...(l.fill === undefined ? {} : { borderWidth: 0, backgroundColor: l.colour + '22' }) }));
  charts[id].update('none');
}

function points(xs, ys) {
  const list = [];
  for (let i = 0; i < xs.length; i++) if (ys[i] !== null && ys[i] !== undefined) list.push({ x: xs[i], y: ys[i] });
  return list;
}

/** The mean of each so many points, where there are too many to tell a trend from noise. */
function smooth(list) {
  const width = Math.max(1, Math.floor(list.length / 150));
  if (width === 1) return list;
  const out = [];
  for (let i = 0; i + width <= list.length; i += width) {
    const part = list.slice(i, i + width);
    out.push({ x: part[part.length - 1].x, y: sum(part.map(p => p.y)) / width });
  }
  return out;
}

function shares(weights) {
  const all = Math.max(Number.MIN_VALUE, sum(weights.map(([, w]) => w)));
  return weights.map(([d, w]) => `${d} ${(100 * w / all).toFixed(1)} %`).join(', ');
}

/** What the phase asks for, or whoever has put something else in its place. */
function showAsked() {
  const { phase, mixture } = run.curriculum;
  const ordered = Object.keys(mixture).length > 0;
  const asked = ordered ? mixture : run.mixtures[Math.min(phase, run.mixtures.length - 1)];
  const weights = Object.keys(asked).length ? Object.entries(asked) : run.domains.map(d => [d, 1]);
  $('asked').textContent = `Asked for by ${ordered ? 'a command' : 'phase ' + (phase + 1)}: ${shares(weights.sort())}`;
}

function showSteps() {
  const s = run.steps;
  if (!s || !s.step.length) return;
  const lines = [{ name: 'all', points: points(s.step, s.loss), colour: css('--line'), order: 1 }];
  for (const d of Object.keys(s.domainLoss)) {
    lines.push({ name: d, points: smooth(points(s.step, s.domainLoss[d])), colour: domainColour(d) });
  }
  show('loss', lines);
  show('norm', [
    { name: 'gradient norm', points: points(s.step, s.gradientNorm), colour: COLOURS[0] },
    { name: 'learning rate', points: points(s.step, s.learningRate), colour: COLOURS[1], axis: 'right' }]);
  show('rate', [{ name: 'tokens/s', points: points(s.step, s.tokensPerSecond), colour: COLOURS[2] }]);
  const all = Object.keys(s.domainTokens);
  show('mix', all.map(d => ({ name: d, colour: domainColour(d), points: smooth(s.step.map((x, i) => ({ x,
    y: 100 * (s.domainTokens[d][i] ?? 0) / Math.max(1, sum(all.map(e => s.domainTokens[e][i] ?? 0))) }))) })));
  const totals = all.map(d => sum(s.domainTokens[d].map(v => v ?? 0)));
  $('c-mix').textContent = shares(all.map((d, i) => [d, totals[i]])) + ' of the tokens shown';
}

/** Of a long run not every step is kept, but the newest is always told. */
function showLatest() {
  const now = run.latest;
  $('c-loss').textContent = `step ${whole(now.step)}: ${fixed(now.loss, 4)} nats a token`;
  $('c-norm').textContent = `step ${whole(now.step)}: norm ${fixed(now.gradientNorm, 3)}, learning rate ${now.learningRate?.toExponential(2) ?? '–'}`;
  $('c-rate').textContent = `step ${whole(now.step)}: ${whole(now.tokensPerSecond ?? 0)} tokens/s; waited ${fixed(now.dataWaitSeconds, 2)} s for data`;
}

/** Signals differ in unit: what the first phase orders by is on the left, all else on the right. */
function showReleased() {
  const { ordinal, signals, phases, width } = run.released;
  if (!ordinal.length) { $('c-order').textContent = 'nothing released yet'; return; }
  const names = Object.keys(signals);
  show('order', names.map((name, i) => ({ name, colour: COLOURS[i], axis: i ? 'right' : 'y', points: smooth(points(ordinal, signals[name])) })));
  const scales = charts.order.options.scales;
  scales.y.title.text = names[0];
  scales.right.title.text = names.slice(1).join(', ');
  scales.right.display = names.length > 1;
  charts.order.update('none');
  const newest = names.map(name => [name, last(signals[name])]).filter(([, v]) => v !== null && v !== undefined);
  $('c-order').textContent = `from ordinal ${whole(last(ordinal))} on: ` + (newest.length ? newest.map(([name, v]) => `${name} ${fixed(v, 3)}`).join(', ') : 'no signals')
      + (width > 1 ? ` (means of ${whole(width)} ordinals)` : '');
  $('phases').replaceChildren(...phases.map(p => {
    const asked = run.phases[p.phase];
    return element('li', `Phase ${p.phase + 1} from ${p.exact ? '' : 'about '}ordinal ${whole(p.ordinal)} on` + (asked ? `: ${asked.order}${asked.order === 'arrival' || asked.order === 'shuffled' ? '' : ' by ' + asked.signal}` : ''));
  }));
}

// ---- evaluations

const evaluated = () => run.evaluations.filter(e => e.sets);

/** Of a set: the 95 % interval of a value that derives from its nll, where that has an error. */
function interval(set, key) {
  const error = 1.96 * set.nllStandardError;
  const at = key === 'tokenPerplexity' ? e => set[key] * Math.exp(e) : e => set.nllPerToken ? set[key] * (1 + e / set.nllPerToken) : set[key];
  return [at(-error), at(error)];
}

const between = ([low, high], digits) => `${fixed(low, digits)} to ${fixed(high, digits)}`;
const valueOf = (set, key, digits) => set[key] === null ? '–'
    : { text: fixed(set[key], digits), more: set.nllStandardError === null ? [] : [between(interval(set, key), digits)] };
const regressionOf = set => set.regression ? [element('span', 'regression', 'worse')] : [];

/** The values of a set over the steps; they are not to be compared with those of another held-out set, so that a gap is between them. */
function valuesOf(list, name, key) {
  const found = [];
  for (const e of list) {
    for (const set of e.sets.filter(s => s.name === name && s[key] !== null)) {
      const [low, high] = interval(set, key);
      if (found.length && last(found).setId !== e.setId) found.push({ x: e.step, y: NaN, low: NaN, high: NaN });
      found.push({ x: e.step, y: set[key], low, high, setId: e.setId, bad: set.regression });
    }
  }
  return found;
}

/** Where the held-out set is not the one of the evaluation before. */
const changesOfSet = list => list.filter((e, i) => i > 0 && e.setId !== list[i - 1].setId);

function compared(against, regression = []) {
  if (!against) return '';
  const sign = against.delta > 0 ? '+' : '';
  return { text: sign + fixed(against.delta, 4), cls: against.low > 0 ? 'worse' : against.high < 0 ? 'better' : '',
    more: [between([against.low, against.high], 4), ...regression] };
}

function showEvaluations() {
  const list = evaluated();
  if (!list.length) return;
  const names = [...new Set(list.flatMap(e => e.sets.map(s => s.name)))];
  for (const [id, key] of [['ppl', 'tokenPerplexity'], ['bpb', 'bitsPerByte']]) {
    show(id, names.flatMap(name => {
      const p = valuesOf(list, name, key);
      const colour = domainColour(name);
      const bound = (end, fill) => ({ name: '', colour, fill, points: p.map(q => ({ x: q.x, y: q[end] })) });
      return [{ name, points: p, colour, radius: p.map(q => q.bad ? 7 : 3), style: p.map(q => q.bad ? 'triangle' : 'circle') },
        bound('low', false), bound('high', '-1')];
    }));
  }
  const now = last(list);
  const values = (key, digits) => `step ${whole(now.step)}: ` + now.sets.map(s => `${s.name} ${fixed(s[key], digits)}${s.regression ? ', a regression' : ''}`).join(', ');
  const changes = changesOfSet(list).map(e => 'step ' + whole(e.step));
  $('c-ppl').textContent = values('tokenPerplexity', 2) + ' (bands are 95 % intervals, a triangle is a regression)'
      + (changes.length ? `; another held-out set from ${changes.join(', ')} on` : '');
  $('c-bpb').textContent = values('bitsPerByte', 4);
  table($('evaluation'), ['step ' + whole(now.step), 'token perplexity', 'nats a token', '± std. error', 'bits per byte', 'word perplexity', 'against the one before', 'against the best before', 'tokens'],
    now.sets.map(s => [s.name, fixed(s.tokenPerplexity, 2), fixed(s.nllPerToken, 4), fixed(s.nllStandardError, 4),
      fixed(s.bitsPerByte, 4), fixed(s.wordPerplexity, 1), compared(s.previous), compared(s.best, regressionOf(s)), whole(s.tokens)]));
}

/** The newest are always shown, the others where they are asked for. */
function showCheckpoints() {
  const evaluationOf = new Map(run.evaluations.map(e => [e.step, e]));
  const list = evaluated();
  const names = [...new Set(list.flatMap(e => e.sets.map(s => s.name)))];
  const changed = new Set(changesOfSet(list));
  const head = ['checkpoint', 'tokens', 'loss', ...names.flatMap(name => [`${name}, perplexity`, `${name}, bits per byte`]), 'saved', 'evaluation'];
  const row = c => {
    const e = evaluationOf.get(c.step);
    const sets = names.flatMap(name => {
      const set = e?.sets?.find(s => s.name === name);
      if (!set) return ['–', '–'];
      const perplexity = valueOf(set, 'tokenPerplexity', 2);
      return [perplexity.more ? { ...perplexity, more: [...perplexity.more, ...regressionOf(set)] } : perplexity, valueOf(set, 'bitsPerByte', 4)];
    });
    const saved = new Date(c.publishedAt);
    const evaluation = !e ? 'waits' : { ...lineageOf('evaluation', e.offset, e.status === 'EVALUATED' ? 'lineage' : e.status.toLowerCase().replace('_', ' ')), more: changed.has(e) ? ['another held-out set'] : [] };
    return [c.step > 0 ? lineageOf('step', c.step, 'step ' + whole(c.step)) : 'step 0', whole(c.tokens), fixed(c.loss, 3), ...sets, { text: saved.toLocaleTimeString(), more: [saved.toLocaleDateString()] }, evaluation];
  };
  table($('checkpoints'), head, run.checkpoints.slice(-CHECKPOINTS_SHOWN).reverse().map(row));
  const earlier = run.checkpoints.slice(0, -CHECKPOINTS_SHOWN).reverse();
  $('earlier-part').hidden = earlier.length === 0;
  if ($('earlier-part').open) table($('earlier'), head, earlier.map(row));
}

function showSamples() {
  const list = evaluated().filter(e => e.samples && e.samples.length);
  const select = $('checkpoint');
  const newest = select.selectedIndex === select.options.length - 1;
  while (select.options.length < list.length) {
    select.append(new Option('step ' + whole(list[select.options.length].step)));
  }
  if (newest && list.length) select.selectedIndex = list.length - 1;
  const samples = $('samples');
  samples.replaceChildren();
  const chosen = list[select.selectedIndex];
  if (!chosen) { samples.append(element('p', run.replayed ? 'no sample yet' : 'reading…')); return; }
  for (const s of chosen.samples) {
    const quote = element('blockquote');
    quote.append(element('b', s.prompt), document.createTextNode(s.text));
    samples.append(quote);
  }
}

// ---- documents

function link({ text, href }) {
  const a = element('a', text);
  a.href = href;
  return a;
}

/** Of a step, a document or an evaluation. */
const lineageOf = (kind, which, text) => ({ text: text ?? String(which), href: '#lineage?' + new URLSearchParams({ [kind]: which }) });

function table(into, head, rows) {
  const thead = element('thead');
  const top = element('tr');
  for (const h of head) { const th = element('th', h); th.scope = 'col'; top.append(th); }
  thead.append(top);
  const body = element('tbody');
  for (const row of rows) {
    const tr = element('tr');
    row.forEach((cell, i) => {
      const c = element(i === 0 ? 'th' : 'td', cell.href ? undefined : cell.text ?? cell, cell.cls);
      if (cell.href) c.append(link(cell));
      for (const line of cell.more ?? []) { const small = element('small'); small.append(line); c.append(small); }
      if (i === 0) c.scope = 'row';
      tr.append(c);
    });
    body.append(tr);
  }
  into.replaceChildren(thead, body);
}

function showFunnel() {
  const rows = Object.entries(run.funnel).map(([name, c]) =>
    [name, c.raw, c.refined, c.heldOut, sum(Object.values(c.dropped)), c.retracted, c.deadLetters, c.inFlight]);
  if (rows.length > 1) rows.push(['all', ...[1, 2, 3, 4, 5, 6, 7].map(i => sum(rows.map(r => r[i])))]);
  table($('funnel'), ['domain', 'raw', 'refined', 'held out', 'dropped', 'retracted', 'dead letters', 'in flight'],
    rows.map(r => r.map((v, i) => i === 0 ? v : whole(v))));
  const rules = {};
  for (const c of Object.values(run.funnel)) {
    for (const [rule, n] of Object.entries(c.dropped)) rules[rule] = (rules[rule] || 0) + n;
  }
  const most = Math.max(1, ...Object.values(rules));
  $('rules').replaceChildren(...Object.entries(rules).sort((a, b) => b[1] - a[1]).map(([rule, n]) => {
    const li = element('li');
    const bar = element('progress');
    bar.max = most; bar.value = n;
    bar.setAttribute('aria-label', rule);
    li.append(element('span', rule), element('span', whole(n), 'n'), bar);
    return li;
  }));
}

function showDropped() {
  const rows = Object.entries(run.dropped).flatMap(([rule, list]) => list.map(d => [lineageOf('document', d.id), rule, d.domain, fixed(d.measured, 3), fixed(d.threshold, 3)]));
  table($('dropped'), ['document', 'rule', 'domain', 'measured', 'threshold'], rows);
}

// ---- commands

function showControls() {
  const { paused, last } = run.controls ?? { paused: false, last: [] };
  $('paused').hidden = !paused;
  $('controls').hidden = last.length === 0 && run.branches.length === 0;
  table($('commands'), ['command', 'id', 'outcome', 'step', 'from ordinal', 'why'],
    last.map(c => [c.kind, c.id, c.outcome, c.step < 0 ? '–' : whole(c.step), whole(c.ordinal), c.reason ?? '']));
}

function showBranches() {
  $('branches-part').hidden = run.branches.length === 0;
  table($('branches'), ['branch', 'from step', 'to step', 'state'],
    run.branches.map(b => [b.name, whole(b.firstStep), whole(b.lastStep), b.state]));
  showControls();
}

// ---- lineage

let asking = 0; // The newest question; answers to earlier ones are not shown.

const ASK = {
  document: id => `document ${id}`,
  step: number => `step ${number}`,
  evaluation: offset => `the evaluation at offset ${offset}`,
};

/** Asks until the index has caught up. */
async function ask(kind, which) {
  const mine = ++asking;
  $('found').hidden = true;
  $('seen').replaceChildren();
  $('answer').textContent = `looking for ${ASK[kind](which)}`;
  while (mine === asking) {
    let answer;
    try {
      answer = await (await fetch('lineage?' + new URLSearchParams({ [kind]: which }))).json();
    } catch (e) {
      answer = { problem: 'not connected: ask again' };
    }
    if (mine !== asking) return;
    if (!answer.catchingUp) { showLineage(kind, which, answer); return; }
    const { topic, read, of } = answer.catchingUp;
    $('answer').textContent = of > 0 ? `The index still reads what has come: ${whole(100 * read / of)} % of ${topic}. The answer will follow.` : 'The index is being opened. The answer will follow.';
  }
}

function showLineage(kind, which, answer) {
  if (answer.problem) { $('answer').textContent = answer.problem; return; }
  const { lines, of } = answer;
  const segments = lines.filter(l => l.kind === 'segment');
  const more = of > lines.length ? `, of which ${whole(lines.length)} are shown; millrace lineage gives all` : '';
  $('answer').textContent = `${whole(of)} ${of === 1 ? 'line' : 'lines'} about ${ASK[kind](which)}${more}`;
  $('found').hidden = segments.length === 0;
  table($('segments'), ['document', 'step', 'ordinal', 'trained on', 'domain', 'tokens', 'raw record'], segments.map(l => [
    lineageOf('document', l.document), l.step === null ? 'none yet' : lineageOf('step', l.step, whole(l.step)), whole(l.ordinal), l.trained ? 'yes' : 'no',
    l.domain, `${whole(l.start)} to ${whole(l.start + l.length - 1)}`, `${l.raw.partition}:${l.raw.offset}`]));
  $('seen').replaceChildren(...lines.filter(l => l.kind !== 'segment').map(l => {
    const li = element('li');
    if (l.kind === 'checkpoint') li.append('checkpoint of ', link(lineageOf('step', l.step, 'step ' + whole(l.step))), ', ' + l.uri);
    else if (l.kind === 'evaluation') li.append('evaluation of ', link(lineageOf('evaluation', l.offset, 'step ' + whole(l.step))), ', ' + l.status.toLowerCase());
    else if (l.kind === 'steps') li.append(`trained on in steps ${whole(l.first)} to ${whole(l.last)} of run ${l.run}: ordinals ${whole(l.firstOrdinal)} to ${whole(l.nextOrdinal - 1)}, before offset ${whole(l.nextOffset)} of ${l.curriculum}`);
    else li.append(`held out: ${whole(l.documents)} documents of ${l.domain}`);
    return li;
  }));
}

/** A link to #lineage?document=ID asks; so does going back to one. */
function followHash() {
  if (!location.hash.startsWith('#lineage?')) return;
  const [[kind, which] = []] = new URLSearchParams(location.hash.slice('#lineage?'.length));
  if (!Object.hasOwn(ASK, kind)) return;
  $('kind').value = kind;
  $('which').value = which;
  $('lineage').scrollIntoView();
  $('answer').focus({ preventScroll: true });
  ask(kind, which);
}

// ---- the flow

function counts() {
  const funnel = Object.values(run.funnel);
  const packing = Object.values(run.packing);
  const now = run.latest ?? { step: 0, tokens: 0, nextOrdinal: 0 };
  const unread = sum(run.trained.map(d => run.funnel[d]?.refined ?? 0)) - sum(packing.map(p => p.documents));
  return {
    raw: sum(funnel.map(c => c.raw)), refined: sum(funnel.map(c => c.refined)), inFlight: sum(funnel.map(c => c.inFlight)),
    sequences: sum(packing.map(p => p.sequences)), unpacked: Math.max(0, unread) + sum(packing.map(p => p.waiting)),
    buried: sum(packing.map(p => p.deadLetters)),
    released: run.curriculum ? run.curriculum.ordinal : 0,
    step: now.step, tokens: now.tokens, next: now.nextOrdinal, saved: last(run.checkpoints)?.step ?? 0,
    checkpoints: run.checkpoints.length, evaluations: run.evaluations.length,
  };
}

const perSecond = n => `${n > 0 && n < 10 ? Number(n.toPrecision(2)) : short(n)}/s`;

/** Seconds tell nothing of what comes once in minutes. */
const inTheLastHour = times => `${short(times.filter(t => Date.now() - t < HOUR_MILLIS).length)} in the last hour`;

/** What has come through each arrow, how fast, and what waits before it. */
function showFlow() {
  const now = { at: Date.now() / 1000, ...counts() };
  if (run.replayed && now.at - run.replayed >= SETTLE_SECONDS) seen.push(now);
  while (seen.length > 2 && now.at - seen[0].at > RATE_SECONDS) seen.shift();
  const span = seen.length ? now.at - seen[0].at : 0;
  const rate = key => span < 1 ? '–/s' : perSecond(Math.max(0, now[key] - seen[0][key]) / span);
  const lag = (n, what, why = '') => (n === 1 ? `1 ${what} waits` : `${short(Math.max(0, n))} ${what}s wait`) + why;
  const boxes = [
    ['documents judged', now.raw, rate('raw'), lag(run.unread, 'record', ' for the rules')],
    ['refined', now.refined, rate('refined'), lag(now.inFlight, 'document', ' for dedup')],
    ['sequences packed', now.sequences, rate('sequences'), lag(now.unpacked, 'document'), ...(now.buried ? [`${short(now.buried)} dead letters`] : [])],
    ['released by the curriculum', now.released, rate('released'), lag(now.sequences - now.released, 'sequence')],
    ['steps trained', now.step, `${rate('step')}, ${short(now.tokens)} tokens`, lag(now.released - now.next, 'sequence')],
    ['checkpoints', now.checkpoints, inTheLastHour(run.checkpoints.map(c => c.publishedAt)), lag(now.step - now.saved, 'step', ' to be saved')],
    ['evaluations', now.evaluations, inTheLastHour(run.evaluations.map(e => e.evaluatedAt)), lag(now.checkpoints - now.evaluations, 'checkpoint')],
  ];
  $('flow').replaceChildren(...boxes.map(([name, count, speed, ...waits]) => {
    const li = element('li');
    li.append(element('span', name, 'name'), element('span', short(count), 'count'), element('span', speed, 'more rate'), element('span', waits.join(', '), 'more lag'));
    li.dataset.count = count;
    li.dataset.name = name;
    return li;
  }));
}

// ---- news

function append(to, news) {
  for (const [name, column] of Object.entries(news)) {
    if (Array.isArray(column)) for (const value of column) to[name].push(value);
  }
  const before = to.step.length - news.step.length;
  for (const map of ['domainLoss', 'domainTokens']) {
    for (const domain of new Set([...Object.keys(to[map]), ...Object.keys(news[map])])) {
      to[map][domain] ??= new Array(before).fill(null);
      const more = news[map][domain] ?? new Array(news.step.length).fill(null);
      for (const v of more) to[map][domain].push(v);
    }
  }
}

/** The log is read to its end: what has not come is not there. */
function replayed() {
  run.replayed = Date.now() / 1000;
  if (!run.latest) for (const id of ['c-loss', 'c-norm', 'c-rate', 'c-mix']) $(id).textContent = 'no step yet';
  if (!evaluated().length) for (const id of ['c-ppl', 'c-bpb']) $(id).textContent = 'no evaluation yet';
  showSamples();
}

function take(news) {
  if (news.steps) {
    if (news.stepsAnew || !run.steps) run.steps = news.steps;
    else append(run.steps, news.steps);
  }
  if (news.checkpoints) run.checkpoints.push(...news.checkpoints);
  if (news.evaluations) run.evaluations.push(...news.evaluations);
  for (const section of ['latest', 'unread', 'funnel', 'dropped', 'packing', 'curriculum', 'controls', 'released', 'branches']) if (section in news) run[section] = news[section];
  if (news.steps) showSteps();
  if (news.latest) showLatest();
  if (news.evaluations) { showEvaluations(); showSamples(); }
  if (news.checkpoints || news.evaluations) showCheckpoints();
  if (news.funnel) showFunnel();
  if (news.curriculum) showAsked();
  if (news.dropped) showDropped();
  if (news.released) showReleased();
  if (news.controls) showControls();
  if (news.branches) showBranches();
  if (news.replayed) replayed();
  showFlow();
  document.body.dataset.loaded = 'true';
}

function state(live, text) {
  $('state').dataset.live = live;
  $('state').textContent = text;
}

function listen() {
  const events = new EventSource('events');
  events.addEventListener('about', e => {
    const about = JSON.parse(e.data);
    $('run').textContent = about.run;
    document.title = about.run + ' · Millrace';
    Object.assign(run, nothing(), { trained: about.domains, domains: [...about.domains], mixtures: about.mixtures, phases: about.phases });
    showBranches();
    showCheckpoints();
    $('checkpoint').replaceChildren();
    seen.length = 0;
    state(true, 'live');
  });
  events.addEventListener('news', e => take(JSON.parse(e.data)));
  events.onerror = () => state(false, 'not connected; what is shown is what was there last');
}

chart('loss', 'step', 'nats a token');
chart('ppl', 'step', 'token perplexity', { type: 'logarithmic' });
chart('norm', 'step', 'norm', { right: { position: 'right', title: { display: true, text: 'learning rate' }, grid: { drawOnChartArea: false }, ticks: { callback: v => v.toExponential(1) } } });
chart('bpb', 'step', 'bits per byte');
chart('rate', 'step', 'tokens/s', { beginAtZero: true });
chart('mix', 'step', '% of tokens', { min: 0, max: 100 });
chart('order', 'ordinal', 'difficulty', { right: { position: 'right', title: { display: true, text: '' }, grid: { drawOnChartArea: false } } }, [boundaries]);
theme();
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => { theme(); showSteps(); showEvaluations(); });
addEventListener('hashchange', followHash);
$('ask').addEventListener('submit', e => {
  e.preventDefault();
  const asked = lineageOf($('kind').value, $('which').value.trim()).href;
  if (location.hash === asked) followHash();
  else location.hash = asked;
});
$('checkpoint').addEventListener('change', showSamples);
$('earlier-part').addEventListener('toggle', showCheckpoints);
showFlow();
showSamples();
listen();
followHash();
setInterval(() => { if ($('state').dataset.live === 'true') showFlow(); }, 1000); // Rates fall where nothing comes.
