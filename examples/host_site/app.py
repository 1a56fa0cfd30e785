"""A small site that was there before the shop: own users, own database, own layout, a blog.

    python -m flask --app examples/host_site/app.py init     # tables of both, the posts, the demo
    python -m flask --app examples/host_site/app.py run      # http://127.0.0.1:5000/ and /shop/

To pay as well, run `… shop stripe-box` beside it. The admin is admin@site.example with the password
below. Everything about the shop is in the lines marked with (shop), and in templates/ where a name
begins with shop.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
from flask import Flask, abort, current_app, redirect, render_template, request
from flask.cli import with_appcontext
from flask_login import (  # type: ignore[import-untyped]
    LoginManager,
    UserMixin,
    current_user,
    login_user,
    logout_user,
)
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect  # type: ignore[import-untyped]
from sqlalchemy import select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from werkzeug.security import check_password_hash, generate_password_hash
from werkzeug.wrappers import Response

from storefront import StaffPerson, Storefront  # (shop)

ADMIN, PASSWORD = "admin@site.example", "quiet-water-runs"  # noqa: S105 - an example's


class Base(DeclarativeBase):
    """The site's own tables."""


db = SQLAlchemy(model_class=Base)
csrf = CSRFProtect()
login_manager = LoginManager()


class User(UserMixin, Base):  # type: ignore[misc]
    """The site's own users."""

    __tablename__ = "user"
    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)
    password_hash: Mapped[str]
    is_admin: Mapped[bool] = mapped_column(default=False)


class Post(Base):
    """A blog post; product is the slug of what it speaks of."""

    __tablename__ = "post"
    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    body: Mapped[str]
    product: Mapped[str] = mapped_column(default="")


def staff_person() -> StaffPerson | None:
    """Who of this site's users runs the shop: its admins; visitors who did not sign in do not."""
    is_admin = getattr(current_user, "is_admin", False)
    return StaffPerson(current_user.email, roles=["owner"]) if is_admin else None


shop = Storefront(url_prefix="/shop", staff_person=staff_person)  # (shop)


def create_app(config: Mapping[str, Any] | None = None) -> Flask:
    """The site, with the shop mounted under /shop."""
    app = Flask(__name__)
    folder = Path(os.environ.get("STOREFRONT_INSTANCE", "instance-host")).absolute()
    app.config.from_mapping(
        SECRET_KEY="only-for-this-example-site-on-a-laptop",  # noqa: S106
        SQLALCHEMY_DATABASE_URI=f"sqlite:///{folder / 'site.sqlite3'}",
        STOREFRONT_INSTANCE=str(folder),  # (shop) where pictures and caches lie
        STOREFRONT_LAYOUT="site.html",  # (shop) its pages appear inside the site's layout
        STOREFRONT_PUBLIC_URL="http://127.0.0.1:5000",  # (shop) written in letters
    )
    app.config.from_mapping(config or {})
    db.init_app(app)
    csrf.init_app(app)
    login_manager.init_app(app)
    shop.init_app(app)  # (shop) after the database, so that it uses the site's engine
    app.add_url_rule("/", view_func=home)
    app.add_url_rule("/blog/<slug>", view_func=blog_post)
    app.add_url_rule("/sign-in", view_func=sign_in, methods=["GET", "POST"])
    app.add_url_rule("/sign-out", view_func=sign_out, methods=["POST"])
    app.cli.add_command(init)
    return app


@login_manager.user_loader  # type: ignore[misc]
def load_user(user_id: str) -> User | None:
    """The signed-in user."""
    return db.session.get(User, int(user_id))


def home() -> str:
    """The blog's front page."""
    return render_template("home.html", posts=db.session.scalars(select(Post)).all())


def blog_post(slug: str) -> str:
    """One post, with the card of the product it speaks of."""
    post = db.session.scalar(select(Post).where(Post.slug == slug)) or abort(404)
    return render_template("post.html", post=post)


def sign_in() -> str | Response:
    """Signs a user of the site in."""
    if request.method == "GET":
        return render_template("sign_in.html", error="")
    user = db.session.scalar(select(User).where(User.email == request.form.get("email", "")))
    password = request.form.get("password", "")
    if user is None or not check_password_hash(user.password_hash, password):
        return render_template("sign_in.html", error="Address and password do not match.")
    login_user(user)
    return redirect("/", 303)


def sign_out() -> Response:
    """Signs the user out."""
    logout_user()
    return redirect("/", 303)


@click.command()
@click.pass_context
@with_appcontext
def init(context: click.Context) -> None:
    """Makes the site's tables and the shop's, with one admin, the posts and the demo."""
    Path(current_app.config["STOREFRONT_INSTANCE"]).mkdir(parents=True, exist_ok=True)
    db.create_all()
    write_posts()
    shop_commands: Any = current_app.cli.commands["shop"]  # (shop)
    context.invoke(shop_commands.commands["migrate"])  # (shop)
    context.invoke(shop_commands.commands["demo"])  # (shop)


def write_posts() -> None:
    """The site's own content and its admin, once."""
    if db.session.scalar(select(User)):
        return
    password = generate_password_hash(PASSWORD)
    db.session.add(User(email=ADMIN, password_hash=password, is_admin=True))
    db.session.add_all(Post(slug=slug, title=title, body=body, product=product)
                       for slug, title, body, product in POSTS)  # fmt: skip
    db.session.commit()


POSTS = (
    (
        "a-quiet-evening",
        "A quiet evening",
        "The kettle is off, the phone is in the hall. What is left is a towel, a bowl of warm water"
        " and a bottle that smells of nothing at all.\n\nTwo sprays into the palm, a minute for"
        " each foot, and the day may stay where it is.",
        "magnesium-oil-spray",
    ),
    (
        "what-the-tide-leaves",
        "What the tide leaves",
        "Low water at six. The sand is ribbed like a washboard and every pool holds a piece of sky."
        "\n\nWe walked to the second groyne and back, and said little.",
        "",
    ),
    (
        "a-basin-by-the-window",
        "A basin by the window",
        "Rain all week, so the walk moved indoors: a basin, two scoops of flakes, and the harbour"
        " lights coming on one after the other.",
        "magnesium-bath-flakes",
    ),
)
