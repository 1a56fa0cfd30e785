"""Putting the shop together: settings, engine, pages and commands of one app."""

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from threading import BoundedSemaphore, Lock
from typing import Any

from flask import Flask, Request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask_sqlalchemy import SQLAlchemy
from huey import Huey
from limits.strategies import MovingWindowRateLimiter
from sqlalchemy import Engine
from werkzeug.middleware.proxy_fix import ProxyFix

from . import assets, claims, display, error_pages, guides, pages, payments, safety
from .blueprint import register_blueprint
from .commands import make_group
from .config import Settings, read_settings
from .database import attach_engine, init_database
from .errors import SettingsError
from .heartbeat import Heartbeat
from .limits import make_limiter
from .page_cache import Headers, PageCache, Stamp, serve_cached
from .staff import StaffPerson
from .tasks import make_queue, register_chores, register_jobs

WhoIsStaff = Callable[[], StaffPerson | None]
OWN_LAYOUT = "storefront/layout.html"
_PREFIX = re.compile(r"(/(?!\.{1,2}(/|$))[\w.~-]+)*", re.ASCII)


@dataclass(slots=True)
class State:
    """All that the shop keeps about one app, in app.extensions['storefront']."""

    app: Flask
    settings: Settings
    name: str  # of this shop, in a store that it shares with other shops
    is_standalone: bool
    owns_database: bool
    url_prefix: str
    staff_person: WhoIsStaff | None
    pages: PageCache
    wording: claims.KeptHouse
    assets: assets.Assets
    limiter: MovingWindowRateLimiter
    stripe: payments.Client
    stripe_turns: payments.Turns
    click_turns: BoundedSemaphore
    safety_headers: Headers
    public_headers: Headers
    queue: Huey
    heartbeat: Heartbeat
    jobs: dict[str, Any] = field(default_factory=dict)
    chores: dict[str, Any] = field(default_factory=dict)
    urls: dict[Any, str] = field(default_factory=dict)
    components: dict[Any, Any] = field(default_factory=dict)
    pictures: dict[Any, Any] = field(default_factory=dict)
    shop_engine: Engine | None = None
    page_turn: Lock = field(default_factory=Lock)
    facts: display.ShopFacts | None = None

    @property
    def layout_is_ours(self) -> bool:
        """Whether pages are the same for every visitor, because no host's layout is around them."""
        return self.is_standalone and self.settings.STOREFRONT_LAYOUT == OWN_LAYOUT

    @property
    def engine(self) -> Engine:
        """The site's engine with the shop's begin rule."""
        if self.shop_engine is None:
            engine = self.app.extensions["sqlalchemy"].engine
            self.shop_engine = attach_engine(engine, is_own=self.owns_database)
        return self.shop_engine

    def url_for(self, name: str, **values: Any) -> str:
        """The path of a page of the shop, outside of any request."""
        return self.app.url_map.bind("shop").build(f"shop.{name}", values)


class _Sessions(SecureCookieSessionInterface):
    """Signed cookies, not looked into where there are none, as on nearly every public page."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        if self.get_cookie_name(app) not in request.cookies:
            return self.session_class()
        return super().open_session(app, request)


class Storefront:
    """The shop as a Flask extension; one object serves any number of apps.

    url_prefix is where the shop is mounted. staff_person lets a host with own users say who of
    them runs the shop, and in which roles; without it the shop has a sign-in page of its own.
    """

    def __init__(
        self,
        app: Flask | None = None,
        *,
        url_prefix: str = "",
        staff_person: WhoIsStaff | None = None,
    ) -> None:
        self._url_prefix = url_prefix
        self._staff_person = staff_person
        if app is not None:
            self.init_app(app)

    def init_app(self, app: Flask) -> None:
        """Mounts the shop; a host sets up its Flask-SQLAlchemy before, else the shop does."""
        mount(
            app, url_prefix=self._url_prefix, staff_person=self._staff_person, is_standalone=False
        )


def create_app(config: Mapping[str, Any] | None = None) -> Flask:
    """A site that is nothing but the shop."""
    app = Flask("storefront", static_folder=None, template_folder=None)
    settings = read_settings(config or {})
    app.session_interface = _Sessions()
    app.config.from_mapping(config or {})
    app.config.update(
        SECRET_KEY=settings.SECRET_KEY,
        SQLALCHEMY_DATABASE_URI=settings.DATABASE_URL,
        MAX_CONTENT_LENGTH=2 * 1024 * 1024,
        SESSION_COOKIE_NAME="shop_session",
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.STOREFRONT_PUBLIC_URL.startswith("https://"),
        PERMANENT_SESSION_LIFETIME=timedelta(hours=12),
        SESSION_REFRESH_EACH_REQUEST=False,  # no cookie on pages that everybody may keep
        SQLALCHEMY_ENGINE_OPTIONS={"hide_parameters": True},  # no address in a log
        WTF_CSRF_TIME_LIMIT=None,
    )
    if hops := settings.STOREFRONT_TRUSTED_PROXIES:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    mount(app, url_prefix="", staff_person=None, is_standalone=True)
    page_cache = app.extensions["storefront"].pages
    app.wsgi_app = serve_cached(page_cache, app.wsgi_app)  # type: ignore[assignment]
    error_pages.register_for_all(app, moved_to=guides.moved_to)
    return app


def mount(
    app: Flask, *, url_prefix: str, staff_person: WhoIsStaff | None, is_standalone: bool
) -> None:
    """Gives an app a shop; raises SettingsError when it cannot be there or there already is one."""
    prefix = read_prefix(url_prefix)
    _refuse_what_is_taken(app)
    settings = read_settings(app.config, is_hosted=not is_standalone)
    app.secret_key = app.secret_key or settings.SECRET_KEY
    name = _shared_name(settings, prefix)
    layout_is_ours = settings.STOREFRONT_LAYOUT == OWN_LAYOUT
    headers = safety.safety_headers(settings, layout_is_ours=layout_is_ours)
    stamp = Stamp(settings.instance / "pages.stamp", settings.REDIS_URL, name=name)
    app.extensions["storefront"] = state = State(
        app=app,
        settings=settings,
        name=name,
        is_standalone=is_standalone,
        owns_database=_make_database(app, settings) or is_standalone,
        url_prefix=prefix,
        staff_person=staff_person,
        pages=PageCache(stamp, seconds=settings.STOREFRONT_PAGE_CACHE_SECONDS),
        wording=claims.KeptHouse(stamp.beside("wording")),
        assets=assets.Assets(assets.folder("static")),
        limiter=make_limiter(settings.REDIS_URL),
        stripe=payments.make_client(settings),
        stripe_turns=payments.Turns(max(1, settings.WEB_THREADS // 2)),
        click_turns=BoundedSemaphore(max(1, settings.WEB_THREADS // 4)),
        safety_headers=headers,
        public_headers=[*pages.PUBLIC_HEADERS, *headers],
        queue=make_queue(settings, name=name),
        heartbeat=Heartbeat(settings.instance / "worker.alive", settings.REDIS_URL, name=name),
    )
    state.jobs = register_jobs(app, state.queue)
    state.chores = register_chores(app, state.queue)
    init_database(app)
    register_blueprint(app, prefix)
    app.cli.add_command(make_group())


def read_prefix(given: str) -> str:
    """Where the shop is mounted: '/shop' of 'shop', '/shop' and '/shop/', '' of '' and '/'."""
    path = given.strip("/")
    prefix = f"/{path}" if path else ""
    if not _PREFIX.fullmatch(prefix):
        raise SettingsError(
            f"url_prefix is {given!r}; use a path like /shop or /fine/goods,"
            " of plain letters, digits, dots, hyphens and underscores."
        )
    return prefix


def _refuse_what_is_taken(app: Flask) -> None:
    """One app has one shop, and nothing of the host's is replaced without a word."""
    if "storefront" in app.extensions:
        raise SettingsError(
            "This app has a shop already. Call Storefront(app) or init_app(app) once for each app."
        )
    for places, what in (
        (app.blueprints, "blueprint"),
        (app.cli.commands, "command"),
        (app.jinja_env.globals, "Jinja global"),
    ):
        if "shop" in places:
            raise SettingsError(
                f"This app has a {what} named shop, a name that the shop needs. Rename yours."
            )


def _shared_name(settings: Settings, prefix: str) -> str:
    """The same in every process of one shop; another shop on the same Redis has another."""
    address = f"{settings.STOREFRONT_PUBLIC_URL}{prefix}"
    return f"storefront-{hashlib.blake2b(address.encode(), digest_size=6).hexdigest()}"


def _make_database(app: Flask, settings: Settings) -> bool:
    """Gives a site without Flask-SQLAlchemy one; False when it has its own, which stays its own."""
    if "sqlalchemy" in app.extensions:
        return False
    app.config.setdefault("SQLALCHEMY_DATABASE_URI", settings.DATABASE_URL)
    app.config.setdefault("SQLALCHEMY_ENGINE_OPTIONS", {"hide_parameters": True})
    SQLAlchemy(app)
    return True
