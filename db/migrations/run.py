"""Running Alembic from the program: no ini file, an open connection."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection


def config_for(connection: Connection | None = None) -> Config:
    """Alembic's configuration for these migrations, on a connection where one is given."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    if connection is not None:
        config.attributes["connection"] = connection
    return config


def to_head(connection: Connection) -> None:
    """Upgrade inside the connection's own transaction."""
    command.upgrade(config_for(connection), "head")


def to_base(connection: Connection) -> None:
    """Drop every table of the shop, step by step backwards."""
    command.downgrade(config_for(connection), "base")
