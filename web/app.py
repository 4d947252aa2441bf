"""The web application: pages for people and a JSON API for programs over one archive."""

import gc
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from importlib.metadata import version
from pathlib import Path

from fastapi import Depends, FastAPI, Request, Response
from fastapi.staticfiles import StaticFiles

from archive.core import Archive, open_archive
from web import (
    accounts,
    administration,
    alerting,
    collecting,
    comparing,
    deciding,
    errors,
    exporting,
    pages,
    saving,
    watching,
)
from web.api import alerting as api_alerting
from web.api import articles, names, probes, problems, searching
from web.api import collecting as api_collecting
from web.api import deciding as api_deciding
from web.api import saving as api_saving
from web.bounds import Bounds
from web.deps import admitted
from web.description import describe
from web.limits import Rates, SignInLimit, say_rate
from web.security import keep_cookies
from web.transfer import Headed, Packed, Shared, Validated

STATIC = Path(__file__).parent / "static"
# In the order of the API's description; pages are not part of it.
_ROOMS = (
    searching,
    articles,
    names,
    exporting,
    comparing,
    api_saving,
    api_alerting,
    api_collecting,
    api_deciding,
    probes,
    accounts,
    administration,
    saving,
    alerting,
    collecting,
    deciding,
    pages,
    watching,
)
_SECURITY = {
    # No script and no style but our own; nothing may frame a page.
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}
_WORTH_PACKING, _PACKED = 1_000, 5  # bytes; zlib's level: more takes longer than it saves
_TOLD_TO_OTHERS = ("ETag", "Link", "Retry-After", "RateLimit", "Server-Timing", "X-Request-Id")
_DESCRIPTION = """Search a news archive by words and by meaning, with facets for actor, place
and date. Every count stands for articles that can be listed: the count beside a facet value is
the total of the same search with that value chosen."""


def create_app(archive: Archive) -> FastAPI:
    """The application over an open archive."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        archive.close()

    app = FastAPI(
        title="News Archive",
        description=_DESCRIPTION,
        version=version("news-archive"),
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        dependencies=[Depends(admitted)],
        responses=problems.ALWAYS,
        # What generated clients call operations: it does not change when an address does.
        generate_unique_id_function=lambda route: route.name,
    )
    app.state.archive = archive
    app.state.rates, app.state.sign_ins = Rates(archive.settings), SignInLimit()
    for room in _ROOMS:
        app.include_router(room.router)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    errors.install(app)
    describe(app)
    app.state.numbers = watching.Numbers()
    app.add_middleware(Validated)
    app.add_middleware(Bounds)

    @app.middleware("http")
    async def secured(
        request: Request, call_next: Callable[[Request], Awaitable[Response]]
    ) -> Response:
        watching.begin(request)
        try:
            response = await call_next(request)
        except Exception as error:  # answered here, so that it is counted and guarded like others
            response = errors.bug(request, error)
        response.headers.update(_SECURITY)
        if request.url.scheme == "https":
            response.headers["Strict-Transport-Security"] = "max-age=31536000"
        keep_cookies(request, response)
        say_rate(request, response)
        watching.end(request, response, logged=archive.settings.log_requests)
        if request.url.path.startswith("/static/") and request.url.query:
            # Addresses of static files change with their content.
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response

    app.add_middleware(Headed)
    app.add_middleware(Packed, minimum_size=_WORTH_PACKING, compresslevel=_PACKED)
    if origins := archive.settings.cors_origins.split():
        app.add_middleware(
            Shared,
            allow_origins=origins,
            allow_methods=("GET", "POST", "PUT", "DELETE"),
            allow_headers=("Authorization", "If-None-Match"),
            expose_headers=_TOLD_TO_OTHERS,
        )
    return app


def serve() -> FastAPI:
    """The application over the archive that the environment names; for a server to start."""
    archive = open_archive()
    archive.warm_up()
    app = create_app(archive)
    if archive.settings.log_requests:
        watching.write_requests_down()
    # What is loaded stays: the collector need not look through it whenever a search in which
    # thousands of articles match makes as many objects.
    gc.collect()
    gc.freeze()
    return app
