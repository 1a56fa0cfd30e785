"""What a load balancer asks."""

from flask import Blueprint, Response
from sqlalchemy.exc import SQLAlchemyError

from . import schema
from .database import db


def healthz() -> Response:
    """The process answers."""
    return _text("ok")


def readyz() -> Response:
    """The database answers and its tables are those of this version."""
    try:
        is_current = schema.is_current(db.session.connection())
    except SQLAlchemyError:
        return _text("the database does not answer", 503)
    if not is_current:
        return _text("tables are of another version: run flask shop migrate", 503)
    return _text("ok")


def _text(body: str, status: int = 200) -> Response:
    response = Response(body, status, content_type="text/plain; charset=utf-8")
    response.headers["Cache-Control"] = "no-store"
    return response


def register(shop: Blueprint) -> None:
    """Adds the two addresses."""
    shop.add_url_rule("/healthz", "healthz", healthz)
    shop.add_url_rule("/readyz", "readyz", readyz)
