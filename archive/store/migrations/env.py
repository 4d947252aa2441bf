"""Alembic's entry: run by archive/store/session.py with an open connection."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlmodel import SQLModel
from sqlmodel.sql.sqltypes import AutoString

from archive.store import tables


def render_item(kind: str, item: Any, _context: AutogenContext) -> str | Literal[False]:
    """Our own types as the plain ones they are in the database."""
    if kind == "type" and isinstance(item, tables.Moment):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, AutoString):
        return f"sa.String(length={item.length})" if item.length else "sa.String()"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    render_item=render_item,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
