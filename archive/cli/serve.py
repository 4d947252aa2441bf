"""`archive serve`."""

from typing import Annotated

import typer

from archive.cli.console import err
from archive.errors import SettingsError
from archive.settings import read_settings

# A query that is too long is to be answered by the archive, in words, not by the server.
_LONGEST_REQUEST_LINE = 500_000


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen at.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen at.", min=0, max=65535)] = None,
    processes: Annotated[
        int, typer.Option(help="Processes that answer; one a core serves most at once.", min=1)
    ] = 1,
) -> None:
    """Serve the search pages and the JSON API. Stop it with Ctrl-C."""
    import os
    import socket
    from tempfile import TemporaryDirectory

    import uvicorn
    from uvicorn.supervisors import Multiprocess

    settings = read_settings()
    host, port = host or settings.host, settings.port if port is None else port
    try:
        listening = socket.create_server((host, port), reuse_port=False)
    except OSError as error:
        raise SettingsError(
            f"cannot listen at {host}:{port}: {error.strerror}",
            hint="stop what listens there, or choose another with --port",
        ) from error
    # An answer goes out in two writes, headers and body. Without this the second one waits for the
    # client's receipt of the first, 40 ms with most of them.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    err.print(f"The archive is served at http://{host}:{listening.getsockname()[1]}")
    # The factory is named, not imported: the web layer stands above this one.
    config = uvicorn.Config(
        "web.app:serve",
        factory=True,
        http="web.patience:Connection",
        log_level="warning",
        h11_max_incomplete_event_size=_LONGEST_REQUEST_LINE,
        server_header=False,
        workers=processes,
    )
    if processes == 1:
        uvicorn.Server(config).run(sockets=[listening])
        return
    with TemporaryDirectory(prefix="archive-serve-") as shared:
        # Where they count together (web/together.py); looked for when they are started.
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = shared
        Multiprocess(config, sockets=[listening]).run()
