// What every screen shares: words, clicks, redrawing, copying, which screen shows.
// Gradio runs `wenbao.attach` once for each HTML component, with the function that sends an event to Python.
// A screen's own script adds to it: `wenbao.clicks({selector: (hit, trigger, event) => …})`, `wenbao.submits` alike for
// forms, `wenbao.drawn(selector, (hit) => …)`, `wenbao.attached(selector, (element, trigger) => …)`.
window.wenbao = (() => {
  const spoken = __WORDS__; // {language: {name: string}}
  const clicks = [];
  const submits = [];
  const redrawn = [];
  const attached = [];
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;

  // The same choice as `ui.words.chosen` makes on the server.
  const cookie = document.cookie.match(/(?:^|; )wenbao_language=([\w-]+)/)?.[1] ?? "";
  const preferred = [cookie, ...navigator.languages].find((name) => /^(zh|en)/i.test(name)) ?? "zh";
  const language = /^zh/i.test(preferred) ? "zh-CN" : "en";
  const words = spoken[language];
  document.documentElement.lang = language;

  const scrollTo = (target, block) => target.scrollIntoView({ block, behavior: calm ? "auto" : "smooth" });

  const show = (id, block = "center") => {
    const target = document.getElementById(id);
    if (!target) return false;
    const card = target.closest(".card") ?? target;
    card.focus({ preventScroll: true });
    card.classList.remove("flash");
    void card.offsetWidth; // starts the animation again
    card.classList.add("flash");
    scrollTo(target, block);
    return true;
  };

  const copied = async (button, text) => {
    const label = button.innerHTML;
    let done = words.copied;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      done = words.copy_failed; // not a secure origin, or refused
    }
    button.textContent = done;
    say(done);
    setTimeout(() => (button.innerHTML = label), 1600);
  };

  const speak = (button) => {
    document.cookie = `wenbao_language=${button.dataset.speak}; path=/; max-age=31536000; samesite=lax`;
    location.reload();
  };

  const copy = (button) => copied(button, button.dataset.copy);
  const copyLink = (button) => copied(button, new URL(button.dataset.link, location.href).href);

  // The login ended while the page was open: one sentence says so, in place of what Gradio makes of a refusal.
  const ended = () => {
    if (document.querySelector("dialog.ended")) return;
    const told = document.createElement("dialog"); // above an article that is open too
    const link = document.createElement("a");
    told.className = "ended";
    told.setAttribute("role", "alertdialog");
    told.setAttribute("aria-label", words.login_ended);
    told.addEventListener("close", () => told.remove());
    link.textContent = words.enter_again;
    link.href = `/login${location.hash}`; // so that it leads back to what the page shows
    told.append(words.login_ended, " ", link);
    document.documentElement.dataset.ended = "";
    document.querySelector(".gradio-container").append(told);
    told.showModal();
  };
  const fetched = window.fetch;
  window.fetch = async (...asked) => {
    const response = await fetched(...asked);
    if (response.status === 401) ended();
    return response;
  };

  // What lies above a screen (an article, the side on a phone, a question) is a step of the browser's history, so that
  // Back closes it. The step of an article has an address of its own, `#article/ID?at=…`, and says what lies `under` it.
  const layers = []; // functions that close them, the uppermost last
  const isArticle = () => location.hash.startsWith("#article/");
  let beneath = "#chat"; // the address of the screen last shown
  const place = () => (isArticle() ? (history.state?.under ?? beneath) : location.hash || "#chat");
  const step = (depth) => ({ under: place(), depth });
  const late = []; // what waits until a way back is gone, where there is one to go
  let isLeaving = false;
  const rise = (close, hash = location.hash) => {
    if (isLeaving) return late.push(() => rise(close, hash));
    history.pushState(step(layers.length + 1), "", hash);
    layers.push(close);
  };
  const stand = (close) => { // of an address that was come to by itself
    layers.push(close);
    history.replaceState(step(layers.length), "");
  };
  const afterwards = (then) => (isLeaving ? late.push(then) : then());
  const sink = (close) => {
    if (!layers.includes(close)) return;
    isLeaving = true;
    history.go(-layers.splice(layers.indexOf(close)).length);
  };
  addEventListener("popstate", () => {
    const gone = layers.splice(history.state?.depth ?? 0).reverse();
    isLeaving = false;
    for (const close of gone) close();
    for (const go of late.splice(0)) go();
  });
  const entered = () => {
    if (!isArticle() || history.state?.under) return;
    const { hash } = location; // of a link that was followed: the page goes below it
    history.replaceState(null, "", beneath);
    history.pushState(step(1), "", hash);
  };

  const screens = ["chat", "library"];
  const turn = () => {
    beneath = place();
    const screen = screens.find((name) => beneath.split("/")[0] === `#${name}`) ?? "chat";
    document.documentElement.dataset.screen = screen;
    for (const link of document.querySelectorAll(".screens a"))
      if (link.hash.split("/")[0] === `#${screen}`) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
  };
  addEventListener("hashchange", turn);
  entered();
  turn();

  const dispatch = (handlers, event, trigger) => {
    for (const [selector, handle] of handlers) {
      const hit = event.target.closest(selector);
      if (hit) return handle(hit, trigger, event);
    }
  };

  // What is said to a screen reader, without moving its focus.
  const voice = document.createElement("div");
  voice.className = "unseen";
  voice.setAttribute("role", "status");
  const say = (text) => {
    if (!voice.isConnected) document.body.append(voice);
    voice.textContent = text;
  };

  const own = {
    words,
    calm,
    place,
    rise,
    stand,
    sink,
    afterwards,
    show,
    scrollTo,
    say,
    clicks: (handlers) => clicks.push(...Object.entries(handlers)),
    submits: (handlers) => submits.push(...Object.entries(handlers)),
    attached: (selector, handle) => attached.push([selector, handle]),
    drawn: (selector, handle) => redrawn.push([selector, handle]),
    attach: (element, trigger, watch) => {
      element.addEventListener("click", (event) => dispatch(clicks, event, trigger));
      element.addEventListener("submit", (event) => {
        event.preventDefault();
        dispatch(submits, event, trigger);
      });
      for (const [selector, handle] of attached) if (element.closest(selector)) handle(element, trigger);
      const draw = () => {
        document.documentElement.dataset.drawn = ""; // the skeleton goes
        for (const [selector, handle] of redrawn) {
          const hit = element.querySelector(selector);
          if (hit) handle(hit);
        }
      };
      watch("value", () => requestAnimationFrame(draw));
    },
  };
  own.clicks({ "[data-copy]": copy, "[data-link]": copyLink, "[data-speak]": speak });
  own.submits({ "form[action='/logout']": (form) => form.submit() });
  own.drawn(".screens", turn);
  const lost = (event) => {
    if (event.target.matches?.(".clipping, .picture img")) (event.target.closest(".picture") ?? event.target).remove();
  };
  document.addEventListener("error", lost, true); // a picture that is no longer where it was
  return own;
})();
