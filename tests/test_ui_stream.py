"""The stream that Gradio's page hears of its events through: an end that comes late, and none at all."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

from tests.parts.browser import Browser, asked, expect, opened, watched
from tests.parts.visitor import Visitor

FIRST, NEXT = "区委召开2026年务虚会用了多长时间？", "校园安全 消防闯关"
# What stands between the page and the server stops before the end of the stream, and counts how often.
BETWEEN = """
const fetched = window.fetch;
window.stopped = 0;
window.fetch = async (...asked) => {
  const response = await fetched(...asked);
  if (!String(asked[0].url ?? asked[0]).includes("/queue/data")) return response;
  const between = new TransformStream({
    async transform(piece, out) {
      const text = new TextDecoder().decode(piece);
      const at = text.indexOf('data: {"msg":"close_stream"');
      if (at < 0) return out.enqueue(piece);
      out.enqueue(new TextEncoder().encode(text.slice(0, at)));
      window.stopped += 1;
      %s
    },
  });
  return new Response(response.body.pipeThrough(between), { headers: response.headers });
};
"""
LATE = (
    BETWEEN
    % """await new Promise((over) => (window.letGo = over));
      out.enqueue(new TextEncoder().encode(text.slice(at)));"""
)
BROKEN = (
    BETWEEN
    % """await new Promise((over) => setTimeout(over, 100)); // an error takes along what was not read
      out.error(new TypeError("network error")); // as where a proxy closes what is idle"""
)
# As Gradio's client where it reads late of a second event: all was told through the stream of the first.
TWO_STREAMS = """async () => {
  const session_hash = "twostreams";
  const event = { data: [""], event_data: null, fn_index: EVENT, trigger_id: 0, session_hash };
  const told = async () => (await fetch(`/gradio_api/queue/data?session_hash=${session_hash}`)).text();
  const headers = { "Content-Type": "application/json" };
  await fetch("/gradio_api/queue/join?", { method: "POST", body: JSON.stringify(event), headers });
  return [await told(), await told()];
}"""


def test_an_event_behind_the_end_of_the_stream_is_heard_of(browser: Browser, url: str) -> None:
    with watched(browser) as page:
        page.add_init_script(LATE)
        opened(page, url).wait_for_function("window.stopped > 0")
        page.fill("#question textarea", FIRST)
        with page.expect_response(
            lambda response: "/queue/join" in response.url
        ):  # while the page takes the stream for open
            page.press("#question textarea", "Enter")
        page.wait_for_timeout(500)  # so that the page has read it
        page.evaluate("window.letGo()")
        page.wait_for_selector(".turn .answer", timeout=30_000)


def test_behind_a_stream_that_broke_off_the_next_event_opens_another(browser: Browser, url: str) -> None:
    with watched(browser, expected=["TypeError: network error"]) as page:  # where something is awaited just then
        page.add_init_script(BROKEN)
        asked(opened(page, url), FIRST)
        assert page.evaluate("window.stopped") >= 1
        asked(page, NEXT)


def test_a_stream_that_nothing_is_awaited_of_ends_at_once(browser: Browser, url: str) -> None:
    with watched(browser) as page:
        with page.expect_request(lambda request: "/queue/join" in request.url) as joined:
            opened(page, url)
        event = joined.value.post_data_json
        first, second = page.evaluate(TWO_STREAMS.replace("EVENT", str(event["fn_index"])))
        assert "process_completed" in first
        assert second == 'data: {"msg":"close_stream"}\n\n'


def test_who_waits_is_told_how_many_are_before_and_may_leave(browser: Browser, url: str) -> None:
    """Four questions are answered at once; of the two behind them the later is given up before its turn."""
    with ThreadPoolExecutor(5) as pool, ExitStack() as stack:
        visitors = [stack.enter_context(Visitor(url)) for _ in range(5)]
        with watched(browser) as page:
            opened(page, url).fill("#question textarea", FIRST)
            others = []
            for one in visitors:
                others.append(pool.submit(one.ask, f"慢，{FIRST}"))
                page.wait_for_timeout(700)
            page.press("#question textarea", "Enter")
            told = page.locator("#composer .thinking span")
            expect(told).to_have_text("前面还有 5 个问题，请稍等")
            expect(told).to_have_text("前面还有 4 个问题，请稍等")  # the fifth has begun, with three of the first
            page.wait_for_selector(".turn .answer")
            expect(told).to_have_count(0)
            assert all("一天时间" in one.result().html for one in others)
            more = [pool.submit(one.ask, f"慢，{FIRST}") for one in visitors[:4]]
            page.wait_for_timeout(1000)
            page.fill("#question textarea", NEXT)
            page.press("#question textarea", "Enter")
            page.click("#composer .thinking button")
            expect(told).to_have_count(0)
            for one in more:
                one.result()
            page.wait_for_timeout(1000)
            assert page.locator(".turn").count() == 1, "it was not asked"
            assert page.input_value("#question textarea") == NEXT
            assert asked(page, NEXT).locator("h2").inner_text() == NEXT
