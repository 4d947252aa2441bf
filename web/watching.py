"""What is to be seen of a running server: a name and the time of each request, a line of the log
where a setting wants it, and numbers for Prometheus.
"""

import json
import logging
import re
import secrets
import time
from collections.abc import Mapping

from fastapi import APIRouter, Request, Response
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.multiprocess import MultiProcessCollector

from web.deps import archive_of
from web.together import shared_folder

log = logging.getLogger("archive.requests")
router = APIRouter(include_in_schema=False)
_ID = re.compile(r"[\w.-]{1,64}", re.ASCII)
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"})


class Numbers:
    """What is counted of one application, by all processes that serve it."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "archive_requests",
            "Requests answered.",
            ("method", "route", "status"),
            registry=self.registry,
        )
        self._seconds = Histogram(
            "archive_request_seconds",
            "Time until a request was answered.",
            ("route",),
            buckets=_SECONDS,
            registry=self.registry,
        )
        self._stages = Counter(
            "archive_search_stage_seconds",
            "Time of all searches, by stage.",
            ("stage",),
            registry=self.registry,
        )
        self._holds = Gauge(
            "archive_holds",
            "What the archive holds.",
            ("what",),
            registry=self.registry,
            multiprocess_mode="mostrecent",
        )

    def count(self, request: Request, response: Response, seconds: float) -> None:
        """One request more, by the form of its address: what people look up is not told."""
        route = route_of(request)
        # Whoever invents methods must not fill the memory with a counter for each.
        method = request.method if request.method in _METHODS else "other"
        self._requests.labels(method, route, response.status_code).inc()
        self._seconds.labels(route).observe(seconds)
        for stage, milliseconds in stages_of(request).items():
            self._stages.labels(stage).inc(milliseconds / 1000)

    def text(self, holds: Mapping[str, int]) -> bytes:
        """All numbers as Prometheus reads them."""
        for what, count in holds.items():
            self._holds.labels(what).set(count)
        if shared_folder() is None:
            return generate_latest(self.registry)
        every = CollectorRegistry()
        MultiProcessCollector(every)  # type: ignore[no-untyped-call]  # it has no types
        return generate_latest(every)


@router.get("/metrics")
def metrics(request: Request) -> Response:
    """Numbers for Prometheus."""
    status = archive_of(request).status()
    holds = {
        "articles": status.articles,
        "passages": status.passages,
        "undated_articles": status.undated,
        "sources": status.sources,
        "changes_not_indexed": status.behind,
    }
    numbers: Numbers = request.app.state.numbers
    return Response(numbers.text(holds), media_type=CONTENT_TYPE_LATEST)


def begin(request: Request) -> None:
    """Give a request its name: the one that it comes with, if it is one, else a new one."""
    given = request.headers.get("x-request-id", "")
    request.state.id = given if _ID.fullmatch(given) else secrets.token_hex(8)
    request.state.began = time.perf_counter()


def keep_stages(request: Request, milliseconds: Mapping[str, float] | None) -> None:
    """Remember how long each stage of the search took that the request asked for."""
    request.state.stages = dict(milliseconds or {})


def end(request: Request, response: Response, *, logged: bool) -> None:
    """Say in the answer what the request is called and how long each stage took; count it, and
    write it down if wanted: neither address nor query, which would tell who looks for what.
    """
    seconds = time.perf_counter() - request.state.began
    stages = {**stages_of(request), "total": seconds * 1000}
    response.headers["X-Request-Id"] = request.state.id
    response.headers["Server-Timing"] = ", ".join(f"{n};dur={ms:.1f}" for n, ms in stages.items())
    request.app.state.numbers.count(request, response, seconds)
    if logged:
        told = {
            "id": request.state.id,
            "method": request.method,
            "route": route_of(request),
            "status": response.status_code,
            "milliseconds": {name: round(ms, 1) for name, ms in stages.items()},
        }
        log.info(json.dumps(told))


def stages_of(request: Request) -> dict[str, float]:
    """Milliseconds by stage; none for a request that searched nothing."""
    found: dict[str, float] = getattr(request.state, "stages", {})
    return found


def route_of(request: Request) -> str:
    """The form of the address that was asked for."""
    route = request.scope.get("route")
    if route is not None:
        return str(route.path)
    return "/static" if request.url.path.startswith("/static/") else "none"


def write_requests_down() -> None:
    """Let each request be a line on the standard error."""
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(message)s"))
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    log.propagate = False
