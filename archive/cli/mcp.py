"""`archive mcp`"""

from archive.core import open_archive
from archive.errors import SettingsError


def mcp() -> None:
    """Give language models tools to search the archive (Model Context Protocol, over stdio).

    A client that speaks the protocol starts this command by itself.
    """
    try:
        from archive.mcp_server import server_of
    except ModuleNotFoundError as error:
        raise SettingsError(
            f"the package {error.name} is not installed",
            hint="install it with: pip install 'news-archive[mcp]'",
        ) from error
    with open_archive() as archive:
        archive.warm_up()
        server_of(archive).run()
