// The search: question and text are cut alike, into pairs of Chinese characters and whole words of
// other letters. A page is ranked by where it says what is asked for: in its title, a heading, the
// glossary, its text. Other words for the same thing, English and pinyin come with the index.
(function () {
  "use strict";
  const RUN = /[㐀-鿿豈-﫿]+|[a-z0-9]+/g;
  const TITLE = 60, HOME = 45, HEADING = 20, TEXT = 1, SCATTERED = 0.3, OFTEN = 8, SHOWN = 3;

  // --- what is asked for -----------------------------------------------------------------------

  const plain = (text) => text.normalize("NFKC").toLowerCase();
  const runs = (text) => text.match(RUN) || [];
  const pairs = (run) => run < "㐀" || run.length < 3 ? [run] : Array.from(run).slice(1).map((sign, at) => run[at] + sign);

  // Each part of the question with all that may be said instead; the first is what was asked.
  function parts(question, words) {
    const whole = alternatives(plain(question).trim(), words);
    if (whole.length > 1) return [whole];
    return runs(plain(question)).flatMap((run) => pieces(run, words)).map((run) => alternatives(run, words));
  }

  // A run of characters that holds names of things, cut at them: 蒙特卡洛|模拟.
  function pieces(run, words) {
    const known = words.flatMap((word) => word.say).filter((name) => name.length > 1 && run !== name && run.includes(name));
    if (run < "㐀" || run.length < 4 || !known.length || words.some((word) => word.say.includes(run))) return [run];
    const longest = known.reduce((a, b) => (b.length > a.length ? b : a));
    const at = run.indexOf(longest), rest = [run.slice(0, at), run.slice(at + longest.length)];
    return [rest[0], longest, rest[1]].filter(Boolean).flatMap((part) => part === longest ? [part] : pieces(part, words));
  }

  function alternatives(asked, words) {
    const alike = words.filter((word) => word.say.some((name) => is(name, asked)));
    const begun = alike.length ? alike : words.filter((word) => word.say.some((name) => holds(name, asked)));
    const more = begun.slice(0, 4).map((word) => ({ text: word.say[0], home: word.page }));
    const first = { text: asked, home: "" };
    return [first, ...more.filter((one) => one.text !== asked || one.home)];
  }

  const bare = (name) => name.replace(/[\s\-']/g, "");
  const is = (name, asked) => bare(name) === bare(asked);
  const holds = (name, asked) => asked < "㐀" && asked.length > 3 && (" " + name).includes(" " + asked);

  // --- where it is said ------------------------------------------------------------------------

  function times(text, wanted) {
    if (!wanted) return 0;
    if (wanted < "㐀") return (text.match(new RegExp("(?<![a-z0-9])" + wanted.replace(/[^a-z0-9]+/g, "\\W+"), "g")) || []).length;
    return text.split(wanted).length - 1;
  }

  // How much a text says of a part: whole words count, Chinese ones also in pairs that lie apart.
  function told(text, part) {
    return Math.max(...part.map((one) => {
      const whole = times(text, one.text);
      if (whole) return Math.min(whole, OFTEN);
      const cut = runs(one.text).flatMap(pairs);
      return one.text.length > 3 && cut.length > 1 && cut.every((pair) => times(text, pair)) ? SCATTERED : 0;
    }));
  }

  function scored(page, asked) {
    const sections = page.parts.map((part) => {
      const found = asked.map((wanted) => [told(part.heading, wanted), told(part.text, wanted)]);
      return { part, found, score: found.reduce((sum, two) => sum + HEADING * Math.min(two[0], 1) + TEXT * two[1], 0) };
    });
    let score = 0;
    for (let at = 0; at < asked.length; at += 1) {
      const title = told(page.name, asked[at]);
      const home = asked[at].findIndex((one) => one.home === page.at);
      const best = Math.max(...sections.map((one) => HEADING * Math.min(one.found[at][0], 1)));
      const text = sections.reduce((sum, one) => sum + one.found[at][1], 0);
      if (!title && !best && !text && home < 0) return null;
      const exact = asked[at].some((one) => one.text === page.name);
      score += TITLE * Math.min(title, 1) * (exact ? 2 : 1) + (home >= 0 ? HOME : 0) + best + TEXT * Math.min(text, 4 * OFTEN);
    }
    const together = sections.filter((one) => one.found.every((two) => two[0] || two[1]));
    const shown = (together.length ? together : sections).filter((one) => one.score > 0);
    shown.sort((a, b) => b.score - a.score);
    const own = asked.some((wanted) => wanted.some((one) => one.home === page.at));
    const near = together.length ? HEADING : 0;
    return { page, shown: shown.slice(0, SHOWN), score: (score + near + adjacent(page, asked)) * (own ? 1 : page.weight) };
  }

  // What was asked in one piece counts more where it stands in one piece.
  function adjacent(page, asked) {
    const whole = asked.map((part) => part[0].text).join("");
    if (asked.length < 2) return 0;
    return (page.name.includes(whole) ? TITLE : 0) + (page.parts.some((part) => part.text.includes(whole)) ? HEADING : 0);
  }

  // --- what a reader sees ----------------------------------------------------------------------

  // Every place in a text where something asked for stands, the longest words first.
  function marked(asked) {
    const wanted = asked.flat().map((one) => one.text);
    const whole = [...wanted, ...wanted.flatMap((one) => runs(one).flatMap(pairs))].filter((word) => word.length > 1 || word >= "㐀");
    const safe = [...new Set(whole)].sort((a, b) => b.length - a.length).map((word) => word.replace(/[^a-z0-9㐀-鿿]+/g, "\\W+"));
    return safe.length ? new RegExp(safe.join("|"), "gi") : null;
  }

  function excerpt(text, asked) {
    const look = marked(asked), low = plain(text);
    const whole = asked.flat().map((one) => low.indexOf(one.text)).filter((at) => at >= 0);
    const at = whole.length ? Math.min(...whole) : Math.max(low.search(look), 0);
    const start = Math.max(0, at - 30), end = Math.min(text.length, at + 70);
    return (start ? "…" : "") + text.slice(start, end) + (end < text.length ? "…" : "");
  }

  function highlighted(text, asked) {
    const look = marked(asked), line = document.createElement("span");
    let done = 0;
    for (const found of look ? text.matchAll(look) : []) {
      const mark = document.createElement("mark");
      mark.textContent = found[0];
      line.append(text.slice(done, found.index), mark);
      done = found.index + found[0].length;
    }
    line.append(text.slice(done));
    return line;
  }

  function link(words, address, asked) {
    const made = document.createElement("a");
    const [page, anchor] = address.split("#");
    const said = asked.map((part) => part[part.length > 1 ? 1 : 0].text).join(" ");
    made.href = page + "?highlight=" + encodeURIComponent(said) + (anchor ? "#" + anchor : "");
    made.append(highlighted(words, asked));
    return made;
  }

  function item(found, asked) {
    const line = document.createElement("li"), head = document.createElement("h2");
    head.append(link(found.page.title, found.page.at, asked));
    line.append(head);
    found.shown.forEach((one) => {
      const row = document.createElement("p");
      if (one.part.title) row.append(link(one.part.title, found.page.at + "#" + one.part.anchor, asked), "　");
      row.append(highlighted(excerpt(one.part.said, asked), asked));
      if (one.part.said || one.part.title) line.append(row);
    });
    return line;
  }

  // --- starting --------------------------------------------------------------------------------

  let held = null;

  function take(index) {
    held = {
      words: index.words,
      pages: index.pages.map((page) => ({
        ...page,
        name: plain(page.title),
        parts: page.parts.map(([title, anchor, said]) => ({ title, anchor, said, heading: plain(title), text: plain(said) })),
      })),
    };
    if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
    else start();
  }

  function find(question) {
    const asked = parts(question, held.words);
    if (!asked.length) return [];
    const found = held.pages.map((page) => scored(page, asked)).filter(Boolean);
    return found.sort((a, b) => b.score - a.score).map((one) => ({ ...one, asked }));
  }

  function show(question) {
    const found = question.trim() ? find(question) : [];
    const list = document.querySelector(".search-found"), told = document.querySelector(".search-told");
    told.textContent = !question.trim() ? "" : found.length ? "搜索“" + question + "”，" + found.length + " 页里有。"
      : "搜索“" + question + "”，没有找到。可以换一个词，或用英文、拼音。";
    list.replaceChildren(...found.slice(0, 25).map((one) => item(one, one.asked)));
  }

  function start() {
    const field = document.querySelector(".bd-search-container input[name=q]");
    const question = new URLSearchParams(location.search).get("q") || "";
    field.value = question;
    show(question);
    let waiting = 0;
    field.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(() => {
        history.replaceState(null, "", "?q=" + encodeURIComponent(field.value));
        show(field.value);
      }, 150);
    });
    field.form.addEventListener("submit", (event) => { event.preventDefault(); show(field.value); });
  }

  window.bookSearch = { take, find };
})();
