// Gradio's page hears of its events through one stream, which the server ends where it has nothing left to send. An event
// that is asked for while that end is on its way was heard of by nobody, as the page took the stream for open (Gradio
// 6.31, `open_stream` and `close_stream` of client/js). So the end is held back while an event is awaited, and the stream
// asked for once more, as it is where it breaks off.
// It also says how many wait before a question: the event `wenbao-queued` has their number, null once it is answered.
(() => {
  const ENDED = "\n\n"; // of a message
  const CLOSED = `data: ${JSON.stringify({ msg: "close_stream" })}${ENDED}`;
  const TRIES = 3; // to take up a stream that breaks off while an event is awaited
  const fetched = window.fetch;
  const awaited = new Set();
  const early = new Set(); // events whose end came before the answer to their asking
  const asking = new Set(); // promises of answers
  const queued = new Set(); // of the awaited, questions that may have to wait

  const told = async (asked) => {
    const isQuestion = window.wenbao?.isAsked?.();
    const response = await fetched(...asked);
    const id = response.ok && (await response.clone().json()).event_id;
    if (!id || early.delete(id)) return response;
    awaited.add(id);
    if (isQuestion) queued.add(id);
    return response;
  };

  const tell = (before) => dispatchEvent(new CustomEvent("wenbao-queued", { detail: before }));

  const join = async (asked) => {
    const answer = told(asked);
    asking.add(answer);
    try {
      return await answer;
    } finally {
      asking.delete(answer);
      if (!asking.size) early.clear();
    }
  };

  // Whether an event is awaited, once the server has answered all that it was asked for: before, it knows of none.
  const isAwaited = async () => {
    while (asking.size) await Promise.allSettled(asking);
    return awaited.size > 0;
  };

  // Whether a message is the stream's end; notes which event it begins or ends, or how long that has to wait.
  const heard = (message) => {
    if (!/"(estimation|process_starts|process_completed|close_stream|unexpected_error)"/.test(message)) return false;
    const { msg, event_id, rank } = JSON.parse(message.slice("data: ".length));
    if (msg === "estimation" && queued.has(event_id)) tell(rank);
    if (/^process_/.test(msg) && queued.delete(event_id)) tell(null);
    if (msg === "unexpected_error") awaited.clear();
    if (msg === "process_completed" && !awaited.delete(event_id) && asking.size) early.add(event_id);
    return msg === "close_stream";
  };

  // Hands messages on, whole ones only. True where their end was handed on, false where it was held back.
  const handOn = async (body, out) => {
    const reader = body.pipeThrough(new TextDecoderStream()).getReader(); // `for await` is not known to every browser
    let rest = "";
    try {
      for (let next = await reader.read(); !next.done; next = await reader.read()) {
        const messages = (rest + next.value).split(ENDED);
        rest = messages.pop();
        for (const message of messages) {
          const isEnd = heard(message);
          if (isEnd && (await isAwaited())) return false;
          out.enqueue(message + ENDED);
          if (isEnd) return true;
        }
      }
    } finally {
      reader.cancel().catch(() => {}); // of one that broke off, or that the page closed, there is nothing to cancel
    }
    throw new TypeError("The stream of events broke off");
  };

  const follow = async (request, first, out) => {
    let response = first;
    for (let broken = 0; response.ok; response = await fetched(request)) {
      try {
        if (await handOn(response.body, out)) return;
        broken = 0;
      } catch (error) {
        if (request.signal.aborted || (broken += 1) > TRIES) throw error;
        if (!(await isAwaited())) {
          out.enqueue(CLOSED); // nothing is lost: the next event opens another
          return;
        }
      }
    }
    throw new TypeError(`The stream of events: ${response.status}`);
  };

  const stream = async (request) => {
    // Told before the page had read that its event is on its way: the server, which knows of none, would refuse it.
    if (!(await isAwaited())) return new Response(CLOSED, { headers: { "Content-Type": "text/event-stream" } });
    const first = await fetched(request);
    if (!first.ok) return first;
    const body = new ReadableStream({
      start: (out) => {
        follow(request, first, out).then(
          () => out.close(),
          (error) => out.error(error),
        );
      },
    });
    return new Response(body.pipeThrough(new TextEncoderStream()), { headers: first.headers });
  };

  window.fetch = (...asked) => {
    const path = new URL(asked[0].url ?? asked[0], location.href).pathname;
    if (path.endsWith("/gradio_api/queue/join")) return join(asked);
    if (path.endsWith("/gradio_api/queue/data")) return stream(asked[0]);
    return fetched(...asked);
  };
})();
