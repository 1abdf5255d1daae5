"""What `qdrant-client` has in memory in the place of a Qdrant, behind the requests of one: many processes may ask it.

    python -m tests.parts.qdrant_server

prints its port once it listens, and ends when its input does.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from qdrant_client import QdrantClient, models
from qdrant_client.http.models import CreateCollection, PointRequest

Work = Callable[[QdrantClient, str, Any], Any]


def _create(client: QdrantClient, name: str, body: Any) -> Any:
    told = CreateCollection.model_validate(body)
    return client.create_collection(name, vectors_config=told.vectors, sparse_vectors_config=told.sparse_vectors)


def _upsert(client: QdrantClient, name: str, body: Any) -> Any:
    return client.upsert(name, models.PointsList.model_validate(body).points)


def _retrieve(client: QdrantClient, name: str, body: Any) -> Any:
    return client.retrieve(name, PointRequest.model_validate(body).ids, with_payload=True)


def _query(client: QdrantClient, name: str, body: Any) -> Any:
    told = models.QueryRequest.model_validate(body)
    return client.query_points(
        name,
        query=told.query,
        using=told.using,
        limit=told.limit or 10,
        query_filter=told.filter,
        search_params=told.params,
        with_payload=False,
        with_vectors=False,
    )


def _scroll(client: QdrantClient, name: str, body: Any) -> Any:
    told = models.ScrollRequest.model_validate(body)
    points, after = client.scroll(
        name, limit=told.limit or 10, offset=told.offset, with_payload=False, with_vectors=False
    )
    return {"points": points, "next_page_offset": after}


_ROUTES: dict[tuple[str, str], Work] = {
    ("GET", "/exists"): lambda client, name, _: {"exists": client.collection_exists(name)},
    ("PUT", ""): _create,
    ("DELETE", ""): lambda client, name, _: client.delete_collection(name),
    ("PUT", "/points"): _upsert,
    ("POST", "/points"): _retrieve,
    ("POST", "/points/query"): _query,
    ("POST", "/points/scroll"): _scroll,
    ("POST", "/points/count"): lambda client, name, _: client.count(name, exact=True),
    ("POST", "/points/delete"): lambda client, name, body: client.delete(
        name, models.PointIdsList.model_validate(body)
    ),
}


class _Asked(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    client = QdrantClient(":memory:")
    one_at_a_time = threading.Lock()

    def _answer(self) -> None:
        sent = self.rfile.read(int(self.headers.get("content-length") or 0))
        found = re.fullmatch(r"/collections/([^/?]+)(/[^?]*)?(\?.*)?", self.path)
        work = _ROUTES.get((self.command, (found[2] or "") if found else "?"))
        if not found or not work:
            self._send(404, {"status": {"error": f"{self.command} {self.path}"}})
            return
        try:
            with self.one_at_a_time:
                result = work(self.client, found[1], json.loads(sent) if sent else None)
        except ValueError as error:  # as for a collection that is not there
            self._send(404, {"status": {"error": str(error)}})
            return
        self._send(200, {"result": result, "status": "ok", "time": 0.0})

    do_GET = do_PUT = do_POST = do_DELETE = _answer

    def _send(self, status: int, told: object) -> None:
        body = json.dumps(told, default=lambda one: one.model_dump(mode="json")).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def serving_qdrant() -> Iterator[str]:
    """The address of one that runs until the block ends, as `--index` takes it."""
    command = [sys.executable, "-m", "tests.parts.qdrant_server"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdin
        yield f"qdrant://127.0.0.1:{int(process.stdout.readline())}"
        process.stdin.close()


def main() -> None:
    warnings.simplefilter("ignore")  # it says what it does not do as a server does
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Asked)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.server_port, flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
